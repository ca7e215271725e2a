// The account of nodes: made once, with its roles and no others, beside what others write into the policy.
import { beforeEach, describe, expect, test } from 'vitest';
import { type Policy, withRoles } from '../../../../tasks/clusters/gke/account-requests.ts';
import { ensureNodeAccount, nodeAccountLacks } from '../../../../tasks/clusters/gke/accounts.ts';
import { googleFailure } from '../../../../tasks/clusters/gke/api/failures.ts';
import { type GoogleCode, googleError } from '../../../../tasks/clusters/gke/api/google-error.ts';
import type { GoogleRest, RestRequest } from '../../../../tasks/clusters/gke/api/rest.ts';
import { gkeProfile } from './profiles.ts';

const email = 'firesteel-nodes@spark-class.iam.gserviceaccount.com';
const member = `serviceAccount:${email}`;
const accountsUrl = 'https://iam.googleapis.com/v1/projects/spark-class/serviceAccounts';
const projectUrl = 'https://cloudresourcemanager.googleapis.com/v1/projects/spark-class';
const alice: Policy['bindings'] = [
  { role: 'roles/owner', members: ['user:alice@example.com'] },
  { role: 'roles/artifactregistry.reader', members: ['user:bob@example.com'] },
  { role: 'roles/container.defaultNodeServiceAccount', members: [member], condition: { expression: 'false' } },
];

/** A project that keeps its accounts and its policy, and refuses what is queued in `refusals`. */
function project() {
  const state = {
    accounts: new Map<string, object>(),
    policy: { version: 3, etag: 'one', auditConfigs: ['kept'], bindings: structuredClone(alice) } as Policy,
    refusals: [] as { of: RegExp; code: GoogleCode; message: string }[],
    calls: [] as string[],
    changes: 0,
  };
  const answer = ({ method, url, body }: RestRequest): unknown => {
    const call = `${method} ${url}`;
    state.calls.push(call);
    const at = state.refusals.findIndex(({ of }) => of.test(call));
    const [refusal] = at >= 0 ? state.refusals.splice(at, 1) : [];
    if (refusal) throw googleError(refusal.code, refusal.message);
    if (method === 'GET' && url.startsWith(`${accountsUrl}/`))
      return state.accounts.get(url.slice(accountsUrl.length + 1));
    if (call === `POST ${projectUrl}:getIamPolicy`) {
      expect(body).toEqual({ options: { requestedPolicyVersion: 3 } });
      return structuredClone(state.policy);
    }
    state.changes += 1;
    if (call === `POST ${accountsUrl}`) {
      const { accountId } = body as { accountId: string };
      return state.accounts.set(`${accountId}@spark-class.iam.gserviceaccount.com`, { email });
    }
    if (call === `POST ${projectUrl}:setIamPolicy`) {
      const { policy } = body as { policy: Policy };
      expect(policy.etag).toBe(state.policy.etag);
      state.policy = { ...policy, etag: `${policy.etag}+` };
      return state.policy;
    }
    throw new Error(`unexpected: ${call}`);
  };
  const rest: GoogleRest = async (request) => {
    try {
      return answer(request);
    } catch (error) {
      throw googleFailure(error, { doing: `${request.method} ${request.url}` });
    }
  };
  return { state, rest };
}

const profile = await gkeProfile('gke');
const { signal } = new AbortController();
let { state, rest } = project();
const ensure = () => ensureNodeAccount(profile, rest, { signal, everyMs: 1 });

beforeEach(() => {
  ({ state, rest } = project());
});

describe('an account that is missing', () => {
  test('is made and gets its roles, and the policy keeps everything else', async () => {
    await ensure();
    expect([...state.accounts.keys()]).toEqual([email]);
    expect(state.policy).toEqual({
      version: 3,
      etag: 'one+',
      auditConfigs: ['kept'],
      bindings: [
        { role: 'roles/owner', members: ['user:alice@example.com'] },
        { role: 'roles/artifactregistry.reader', members: ['user:bob@example.com', member] },
        { role: 'roles/container.defaultNodeServiceAccount', members: [member], condition: { expression: 'false' } },
        { role: 'roles/container.defaultNodeServiceAccount', members: [member] },
      ],
    });
  });

  test('needs no change the second time', async () => {
    await ensure();
    expect(state.changes).toBe(2);
    expect(await nodeAccountLacks(profile, rest)).toEqual([]);
    await ensure();
    expect(state.changes).toBe(2);
  });

  test('is reported, without a change', async () => {
    expect(await nodeAccountLacks(profile, rest)).toEqual([
      `service account ${email}`,
      'roles/container.defaultNodeServiceAccount',
      'roles/artifactregistry.reader',
    ]);
    expect(state.changes).toBe(0);
  });
});

test('only the role that is missing is added', async () => {
  state.accounts.set(email, { email });
  state.policy = withRoles(state.policy, ['roles/artifactregistry.reader'], member);
  expect(await nodeAccountLacks(profile, rest)).toEqual(['roles/container.defaultNodeServiceAccount']);
  await ensure();
  expect(state.calls).not.toContain(`POST ${accountsUrl}`);
  expect(state.policy.bindings?.filter(({ members }) => members?.includes(member))).toHaveLength(3);
});

test.each([
  ['someone made it at the same moment', /POST .*serviceAccounts$/, 'ALREADY_EXISTS', 'Service account exists.'],
  ['someone changed the policy in between', /setIamPolicy/, 'ABORTED', 'There were concurrent policy changes.'],
  ['policies do not know it yet', /setIamPolicy/, 'INVALID_ARGUMENT', `Service account ${email} does not exist.`],
] as const)('goes on where %s', async (_, of, code, message) => {
  state.refusals.push({ of, code, message });
  await ensure();
  expect(state.refusals).toEqual([]);
  expect(state.policy.bindings).toContainEqual({
    role: 'roles/container.defaultNodeServiceAccount',
    members: [member],
  });
});

test.each([
  [/GET .*serviceAccounts/, 'roles/iam.serviceAccountViewer'],
  [/POST .*serviceAccounts$/, 'roles/iam.serviceAccountAdmin'],
  [/setIamPolicy/, 'roles/resourcemanager.projectIamAdmin'],
] as const)('a refusal of %s names the role to ask for', async (of, role) => {
  state.refusals.push({ of, code: 'PERMISSION_DENIED', message: 'The caller does not have permission' });
  await expect(ensure()).rejects.toMatchObject({
    message: expect.stringContaining('does not have permission'),
    hint: expect.stringContaining(role),
  });
});

test('an API that is off is not a question of roles', async () => {
  state.refusals.push({
    of: /GET/,
    code: 'PERMISSION_DENIED',
    message: 'Identity and Access Management (IAM) API has not been used in project 1 before or it is disabled.',
  });
  await expect(ensure()).rejects.toMatchObject({ hint: expect.stringContaining('gcloud services enable') });
});

test('a refused value is not tried again', async () => {
  state.refusals.push({ of: /setIamPolicy/, code: 'INVALID_ARGUMENT', message: 'Policy is too large.' });
  await expect(ensure()).rejects.toThrow('Policy is too large');
  expect(state.calls.filter((call) => call.includes('setIamPolicy'))).toHaveLength(1);
});

test('an account that is disabled says how to enable it', async () => {
  state.accounts.set(email, { email, disabled: true });
  await expect(ensure()).rejects.toMatchObject({
    message: `service account ${email} is disabled`,
    hint: `enable the account: gcloud iam service-accounts enable ${email} --project=spark-class`,
  });
});

describe('an account of the profile', () => {
  const given = 'spark@spark-class.iam.gserviceaccount.com';

  test('is only looked at', async () => {
    state.accounts.set(given, { email: given });
    await ensureNodeAccount(await gkeProfile('gke', `gke.serviceAccount=${given}`), rest, { signal });
    expect(state.calls).toEqual([`GET ${accountsUrl}/${given}`]);
  });

  test('that does not exist is reported', async () => {
    const other = await gkeProfile('gke', `gke.serviceAccount=${given}`);
    await expect(ensureNodeAccount(other, rest, { signal })).rejects.toThrow(`there is no service account ${given}`);
    expect(state.changes).toBe(0);
  });

  test('that may not be read is used unchecked', async () => {
    state.refusals.push({ of: /GET/, code: 'PERMISSION_DENIED', message: 'Permission iam.serviceAccounts.get denied' });
    expect(await nodeAccountLacks(await gkeProfile('gke', `gke.serviceAccount=${given}`), rest)).toEqual([]);
  });

  test.each([
    ['a@other-class.iam.gserviceaccount.com', 'other-class'],
    ['a@spark.example.com.iam.gserviceaccount.com', 'example.com:spark'],
    ['123-compute@developer.gserviceaccount.com', 'spark-class'],
  ])('%s is looked for in project %s', async (address, where) => {
    const seen: string[] = [];
    const looked = nodeAccountLacks(await gkeProfile('gke', `gke.serviceAccount=${address}`), async ({ url }) => {
      seen.push(url);
    });
    await expect(looked).rejects.toThrow(address);
    expect(seen).toEqual([`https://iam.googleapis.com/v1/projects/${where}/serviceAccounts/${address}`]);
  });
});
