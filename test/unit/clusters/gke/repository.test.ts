// The repository of images in Artifact Registry: made once, and nothing else is touched.
import { beforeEach, expect, test } from 'vitest';
import { credentialsFailure } from '../../../../tasks/clusters/gke/api/credentials.ts';
import { googleFailure } from '../../../../tasks/clusters/gke/api/failures.ts';
import { googleError } from '../../../../tasks/clusters/gke/api/google-error.ts';
import type { GoogleRest } from '../../../../tasks/clusters/gke/api/rest.ts';
import { ensureRepository } from '../../../../tasks/clusters/gke/publish.ts';
import { doorTo, fakeContainer, runOf } from './fake-container.ts';
import { gkeProfile } from './profiles.ts';

const profile = await gkeProfile('gke');
const base = 'https://artifactregistry.googleapis.com/v1';
const parent = 'projects/spark-class/locations/europe-west1';
const repositoryUrl = `${base}/${parent}/repositories/spark`;
const operation = `${parent}/operations/1`;

let calls: string[];
beforeEach(() => {
  calls = [];
});

/** Answers by request, each one at every call, and the last of several for good. */
const restOf =
  (answers: Record<string, unknown[]>): GoogleRest =>
  async ({ method, url, body }) => {
    const call = `${method} ${url}`;
    calls.push(body ? `${call} ${JSON.stringify(body)}` : call);
    const queue = answers[call];
    if (!queue) throw new Error(`nobody expected ${call}`);
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer instanceof Error) throw answer;
    return answer;
  };

async function ensure(answers: Record<string, unknown[]>): Promise<string | false> {
  const rest = restOf(answers);
  const { context, out } = runOf(profile);
  const step = ensureRepository(
    profile,
    doorTo(fakeContainer({ operations: [], calls: [] }), {
      open: () => ({ ...doorTo(fakeContainer({ operations: [], calls: [] })).open(context), rest }),
    }),
  );
  const reason = (await step.skip?.(context)) ?? false;
  if (!reason) await step.run(context, out);
  return reason;
}

const get = `GET ${repositoryUrl}`;
const post = `POST ${base}/${parent}/repositories?repositoryId=spark`;
const poll = `GET ${base}/${operation}`;

test('that is there is left alone', async () => {
  expect(await ensure({ [get]: [{ format: 'DOCKER' }] })).toBe('spark is in europe-west1');
  expect(calls).toEqual([get]);
});

test('that is missing is made with our label, and waited for', async () => {
  const going = { name: operation };
  await ensure({ [get]: [undefined], [post]: [going], [poll]: [going, going, { ...going, done: true, response: {} }] });
  expect(calls.filter((call) => call.startsWith('POST'))).toEqual([
    `${post} ${JSON.stringify({ format: 'DOCKER', description: 'Images of Spark jobs', labels: { 'managed-by': 'firesteel' } })}`,
  ]);
  expect(calls.filter((call) => call === poll)).toHaveLength(3);
});

test('that holds something else is not used', async () => {
  await expect(ensure({ [get]: [{ format: 'MAVEN' }] })).rejects.toThrow(
    'repository spark in europe-west1 has format MAVEN, not DOCKER',
  );
});

const refusal = (code: 'ALREADY_EXISTS' | 'UNAVAILABLE' | 'PERMISSION_DENIED', message: string) =>
  googleFailure(googleError(code, message), { doing: 'create it' });

test('that someone else makes in between is theirs, and there', async () => {
  await ensure({
    [get]: [undefined, undefined, { format: 'DOCKER' }],
    [post]: [refusal('ALREADY_EXISTS', 'the repository already exists')],
  });
  expect(calls.at(-1)).toBe(get);
});

test('is there, too, if only the answer was lost', async () => {
  await ensure({ [get]: [undefined, { format: 'DOCKER' }], [post]: [refusal('UNAVAILABLE', 'connection reset')] });
  expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
});

test('that may not be made fails as Google says', async () => {
  const denied = refusal('PERMISSION_DENIED', "Permission 'artifactregistry.repositories.create' denied");
  await expect(ensure({ [get]: [undefined], [post]: [denied] })).rejects.toThrow(
    /artifactregistry\.repositories\.create/,
  );
});

test('that Google gives up is reported with its reason', async () => {
  const failed = {
    name: operation,
    done: true,
    error: { code: 9, message: 'the key of the organization is disabled' },
  };
  await expect(ensure({ [get]: [undefined], [post]: [{ name: operation }], [poll]: [failed] })).rejects.toThrow(
    /create repository spark: .*the key of the organization is disabled/,
  );
});

test('is not looked for where nobody has logged in, so that a dry run continues', async () => {
  const none = credentialsFailure(new Error('Could not load the default credentials.'));
  await expect(ensure({ [get]: [none], [post]: [none] })).rejects.toBe(none);
  expect(calls.some((call) => call.startsWith('POST'))).toBe(true);
});
