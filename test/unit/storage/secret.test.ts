// The Secret of a storage: made once and never shown, and what is missing in one is named.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import { lookAtStorage } from '../../../tasks/storage/look.ts';
import { ensureSecret, newSecretProblems, readKeys } from '../../../tasks/storage/secret.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const box = ownFolder();
const profileOf = (storage: object): Profile => ({ ...profileSchema.parse({ storage }), name: 'x', clusterName: 'x' });
const server = profileOf({ kind: 's3', service: true });
const own = profileOf({
  kind: 's3',
  bucket: 'rides',
  credentials: { secret: 'aws', fromEnv: { accessKey: 'RIDES_KEY', secretKey: 'RIDES_SECRET' } },
});

async function made(profile: Profile): Promise<{ objects: Manifest[]; lines: string[] }> {
  const { kube, objects } = memoryKube([]);
  const lines: string[] = [];
  await ensureSecret(profile).run(plainContext({ kube }), { line: (text) => lines.push(text) });
  return { objects, lines };
}

/** What is wrong with the variables of this machine in a namespace with these objects. */
const problemsOf = (profile: Profile, env: NodeJS.ProcessEnv, objects: Manifest[] = []) =>
  newSecretProblems({ kube: memoryKube(objects).kube, profile }, env);

test('a server of ours gets new keys, which no line shows', async () => {
  const { objects, lines } = await made(server);
  const { data } = objects[0] as Manifest & { data: Record<string, string> };
  expect(Object.keys(data)).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
  expect(Buffer.from(data['AWS_SECRET_ACCESS_KEY'] ?? '', 'base64').toString()).toMatch(/^[\w-]{40}$/);
  expect(lines).toEqual(['Secret storage-keys']);
});

test('other keys come from the variables that the profile names', async () => {
  expect(await problemsOf(own, { RIDES_KEY: 'a' })).toEqual([
    'missing credentials: variable RIDES_SECRET, which storage.credentials.fromEnv names, is not set',
  ]);
  Object.assign(process.env, { RIDES_KEY: 'a', RIDES_SECRET: 'b' });
  const { objects } = await made(own);
  expect(objects[0]).toMatchObject({
    metadata: { name: 'aws' },
    data: { AWS_ACCESS_KEY_ID: 'YQ==', AWS_SECRET_ACCESS_KEY: 'Yg==' },
  });
});

test('a variable with a line break is refused before there is a Secret', async () =>
  expect(await problemsOf(own, { RIDES_KEY: 'a\r', RIDES_SECRET: 'b' })).toEqual([
    'wrong credentials: variable RIDES_KEY, which storage.credentials.fromEnv names, has a line break: set it without',
  ]));

const google = profileOf({
  kind: 'gcs',
  bucket: 'rides',
  credentials: { secret: 'google', fromEnv: { keyFile: 'RIDES_FILE' } },
});

test.each([
  ['nothing.json', 'no such file'],
  ['.', 'no such file'],
  ['words.json', "not a JSON key file of Google's"],
])('a variable with the key file %s is refused', async (name, why) => {
  const path = join(box, name);
  writeFileSync(join(box, 'words.json'), 'not a key');
  expect(await problemsOf(google, { RIDES_FILE: path })).toEqual([
    `wrong credentials: variable RIDES_FILE, which storage.credentials.fromEnv names, is ${path}: ${why}`,
  ]);
});

test('a key file below ~ is read', async () => {
  writeFileSync(join(box, 'key.json'), '{}');
  vi.stubEnv('HOME', box);
  vi.stubEnv('RIDES_FILE', '~/key.json');
  expect(await problemsOf(google, process.env)).toEqual([]);
  expect((await made(google)).objects[0]).toMatchObject({ data: { 'key.json': btoa('{}') } });
});

test('keys of another owner are not made up', async () => {
  const bucket = { kind: 's3', bucket: 'rides', credentials: { secret: 'aws' } };
  await expect(made(profileOf(bucket))).rejects.toMatchObject({
    message: 'missing credentials: there is no Secret aws in namespace spark',
    hint: 'create it: kubectl --namespace spark create secret generic aws --from-literal=AWS_ACCESS_KEY_ID=VALUE --from-literal=AWS_SECRET_ACCESS_KEY=VALUE',
  });
  const google = { kind: 'gcs', bucket: 'rides', credentials: { secret: 'google' } };
  await expect(made(profileOf(google))).rejects.toMatchObject({
    hint: 'create it: kubectl --namespace spark create secret generic google --from-file=key.json=PATH',
  });
});

const secret = (data: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'aws', namespace: 'spark' },
  data,
});

test('a Secret that is there needs no variables', async () =>
  expect(await problemsOf(own, {}, [secret({ AWS_ACCESS_KEY_ID: 'YQ==' })])).toEqual([]));

test('a Secret that this user may not read is no failure: pods read it', async () => {
  const refused = new Failure('forbidden', { cause: { httpStatus: 403 } });
  const kube = { ...memoryKube([]).kube, get: () => Promise.reject(refused) };
  expect(await readKeys(kube, own)).toBeUndefined();
  const lines: string[] = [];
  await lookAtStorage(own).run(plainContext({ profile: own, kube }), { line: (text) => lines.push(text) });
  expect(lines).toEqual(['not checked: you may not read Secret aws']);
});

test('a key with a line break is named, and its value is not', async () => {
  const data = { AWS_ACCESS_KEY_ID: btoa('a'), AWS_SECRET_ACCESS_KEY: btoa('hush\n') };
  await expect(readKeys(memoryKube([secret(data)]).kube, own)).rejects.toThrow(
    /^wrong credentials: key AWS_SECRET_ACCESS_KEY of Secret aws has a line break$/,
  );
});

test('a missing Secret or key is named', async () => {
  await expect(readKeys(memoryKube([]).kube, own)).rejects.toThrow(
    'missing credentials: there is no Secret aws in namespace spark',
  );
  await expect(readKeys(memoryKube([secret({ AWS_ACCESS_KEY_ID: 'YQ==' })]).kube, own)).rejects.toThrow(
    'missing credentials: Secret aws has no key AWS_SECRET_ACCESS_KEY',
  );
  const whole = { AWS_ACCESS_KEY_ID: 'YQ==', AWS_SECRET_ACCESS_KEY: 'Yg==' };
  expect(await readKeys(memoryKube([secret(whole)]).kube, own)).toEqual({
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  });
});
