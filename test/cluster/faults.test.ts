// One fault at a time between the client and a real API server: every one is survived, and nothing is done twice.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { issue } from '../../tasks/core/certificates.ts';
import { tellingTo } from '../../tasks/core/trouble.ts';
import type { Timing } from '../../tasks/kube/retry.ts';
import type { Kube } from '../../tasks/kube/types.ts';
import type { Fault, FaultProxy } from '../fakes/fault-proxy.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import { kubeconfigText } from './control-plane.ts';
import { configMap, connect, controlPlane, needControlPlane, newNamespace } from './harness.ts';

needControlPlane();

let proxy: FaultProxy;
let folder: string;
let namespace: string;

const writeConfig = (token: string) =>
  writeFileSync(
    join(folder, 'config'),
    kubeconfigText(proxy.address, controlPlane.authority.certificatePem, 'through-proxy', { token }),
  );
const throughProxy = (timing: Partial<Timing> = {}): Kube => connect(timing, join(folder, 'config'), 'through-proxy');
const sentTo = (method: string) => proxy.requests.filter(({ line }) => line.startsWith(method));

beforeEach(async () => {
  proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  writeConfig('first');
  namespace = await newNamespace(connect());
});
afterEach(async () => {
  await proxy.close();
  rmSync(folder, { recursive: true });
});

const conflict = {
  kind: 'Status',
  reason: 'Conflict',
  code: 409,
  message: 'the object has been modified; please apply your changes to the latest version and try again',
};
const faults: { fault: string; does: Fault['does']; atLeastMs?: number }[] = [
  { fault: '429 with Retry-After', does: { answer: 429, headers: { 'retry-after': '1' } }, atLeastMs: 1000 },
  { fault: '429 without Retry-After', does: { answer: 429 } },
  { fault: '503 with Retry-After', does: { answer: 503, headers: { 'retry-after': '1' } }, atLeastMs: 1000 },
  { fault: '500', does: { answer: 500 } },
  { fault: '409 of another writer', does: { answer: 409, body: conflict } },
  { fault: '401', does: { answer: 401 } },
  { fault: 'a reset connection', does: 'reset' },
  { fault: 'a server that never answers', does: 'hang' },
  { fault: 'a lost answer', does: 'lose' },
  { fault: 'half an answer', does: { cutAfterBytes: 20 } },
];

for (const method of ['PATCH', 'POST', 'GET', 'DELETE'])
  test.each(faults.filter(({ atLeastMs }) => method === 'PATCH' || !atLeastMs))(
    `${method} survives $fault`,
    async ({ does, atLeastMs = 0 }) => {
      const kube = throughProxy({ requestMs: 1000, totalMs: 10_000 });
      const manifest = configMap(namespace, { a: '1' });
      const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace };
      if (method === 'GET' || method === 'DELETE') await connect().create(manifest);
      const start = performance.now();
      proxy.inject({ method, path: /configmaps/, does });
      if (method === 'PATCH') await kube.apply(manifest);
      if (method === 'POST') await kube.create(manifest);
      if (method === 'GET') expect((await kube.get(ref))?.['data']).toEqual({ a: '1' });
      if (method === 'DELETE') await kube.remove(ref);
      expect(performance.now() - start).toBeGreaterThan(atLeastMs);
      expect(sentTo(method).filter(({ line }) => line.includes('configmaps'))).toHaveLength(2);
      expect((await connect().list({ apiVersion: 'v1', kind: 'ConfigMap', namespace })).length).toBe(
        method === 'DELETE' ? 0 : 1,
      );
    },
  );

test('a create whose answer was lost does not adopt what someone else made', async () => {
  await connect().create(configMap(namespace, { a: 'theirs' }));
  proxy.inject({ method: 'POST', does: 'lose' });
  await expect(throughProxy().create(configMap(namespace, { a: 'ours' }))).rejects.toThrow('already exists');
});

test('a refused token is read again from the kubeconfig, once', async () => {
  const kube = throughProxy();
  await kube.raw('/version');
  writeConfig('second');
  proxy.inject({ method: 'PATCH', does: { answer: 401 } });
  await kube.apply(configMap(namespace, { a: '1' }));
  expect(sentTo('PATCH').map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
  proxy.inject({ method: 'GET', times: 9, does: { answer: 401 } });
  const before = sentTo('GET').length;
  await expect(kube.raw('/version')).rejects.toMatchObject({
    hint: 'renew the credentials of this kubeconfig context; a local cluster gets new ones: firesteel deploy',
  });
  expect(sentTo('GET').length - before).toBe(2);
});

test('a credential plug-in is asked once while its token is good, and again when that is refused', async () => {
  const expirationTimestamp = new Date(Date.now() + 3_600_000).toISOString();
  const credential = JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'from-plug-in', expirationTimestamp },
  });
  const calls = join(folder, 'calls');
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sh',
    args: ['-c', `echo call >> '${calls}'; echo '${credential}'`],
  };
  const { certificatePem } = controlPlane.authority;
  writeFileSync(join(folder, 'config'), kubeconfigText(proxy.address, certificatePem, 'through-proxy', { exec }));
  const kube = throughProxy();
  for (let index = 0; index < 3; index++) await kube.raw('/version');
  expect(readFileSync(calls, 'utf8')).toBe('call\n');
  expect(proxy.requests.at(-1)?.authorization).toBe('Bearer from-plug-in');
  proxy.inject({ method: 'GET', does: { answer: 401 } });
  await kube.raw('/version');
  expect(readFileSync(calls, 'utf8')).toBe('call\ncall\n');
});

test('a fault that stays is named while the call tries again, and ends the call at its deadline', async () => {
  const lines: string[] = [];
  const kube = throughProxy({ requestMs: 1000, totalMs: 4000, quietMs: 500 });
  proxy.inject({ method: 'PATCH', times: 1000, does: { answer: 503 } });
  const start = performance.now();
  const apply = () => kube.apply(configMap(namespace, {}));
  await expect(tellingTo((line) => lines.push(line), apply)).rejects.toThrow(
    `cannot apply ConfigMap ${namespace}/settings: injected`,
  );
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(lines[0]).toMatch(/^cannot apply ConfigMap .*: injected.*; trying again for \d s$/);
});

test('a lost server is reported at once when it was never there, and waited for when it was', async () => {
  const kube = throughProxy({ totalMs: 1500 });
  await kube.raw('/version');
  await proxy.close();
  const start = performance.now();
  await expect(kube.list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow('cannot reach the cluster');
  expect(performance.now() - start).toBeGreaterThan(700);
  const again = performance.now();
  await expect(throughProxy().list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow('cannot reach the cluster');
  expect(performance.now() - again).toBeLessThan(700);
  proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
});

test('a cluster made again at another address is found without a new client', async () => {
  const kube = throughProxy();
  await kube.raw('/version');
  await proxy.close();
  proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  writeConfig('second');
  await kube.apply(configMap(namespace, { a: '1' }));
  expect(sentTo('PATCH')).toHaveLength(1);
});

test('without a kubeconfig the cluster cannot be reached, and with a later one it can', async () => {
  rmSync(join(folder, 'config'));
  const kube = throughProxy();
  await expect(kube.raw('/version')).rejects.toMatchObject({
    message: `cannot reach the cluster: no kubeconfig at ${join(folder, 'config')}`,
    hint: 'check the cluster: firesteel status; create or start it: firesteel deploy',
  });
  writeConfig('first');
  expect(await kube.raw('/version')).toContain('gitVersion');
});

test('a context that is not in the kubeconfig is a failure that names those that are', async () => {
  const kube = connect({}, join(folder, 'config'), 'typo');
  await expect(kube.raw('/version')).rejects.toMatchObject({ hint: 'use one of its contexts: through-proxy' });
});

test('a server with the certificate of another authority is not trusted', async () => {
  const foreign = await import('../../tasks/core/certificates.ts').then(({ createAuthority }) =>
    createAuthority('other'),
  );
  writeFileSync(
    join(folder, 'config'),
    kubeconfigText(proxy.address, foreign.certificatePem, 'through-proxy', { token: 'x' }),
  );
  await expect(throughProxy().list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow('no trusted connection');
});

test('a missing permission is named, with user and resource', async () => {
  const student = await issue(controlPlane.authority, { commonName: 'student', usage: 'client' });
  const { certificateUser } = await import('./control-plane.ts');
  const path = join(folder, 'student');
  const { server, authority } = controlPlane;
  writeFileSync(path, kubeconfigText(server, authority.certificatePem, 'student', certificateUser(student)));
  const kube = connect({}, path, 'student');
  await expect(kube.get({ apiVersion: 'v1', kind: 'Pod', name: 'some', namespace })).rejects.toMatchObject({
    message: expect.stringContaining(`User "student" cannot get resource "pods" in API group "" in the namespace`),
    hint: 'ask an administrator of the cluster for that permission',
  });
});

test('a hundred calls one after the other share a connection or two, and at once no more than 32', async () => {
  const kube = throughProxy();
  for (let index = 0; index < 100; index++) await kube.apply(configMap(namespace, { a: `${index}` }));
  expect(proxy.connections()).toBeLessThanOrEqual(2);
  await Promise.all(
    Array.from({ length: 200 }, (_, index) => kube.apply(configMap(namespace, { a: '1' }, `item-${index}`))),
  );
  expect(proxy.connections()).toBeLessThanOrEqual(32);
});

test('ending the run ends a call that waits', async () => {
  const end = new AbortController();
  const { connectKube } = await import('../../tasks/kube/client.ts');
  const kube = connectKube(() => ({ path: join(folder, 'config'), context: 'through-proxy' }), end.signal);
  proxy.inject({ method: 'GET', does: 'hang' });
  setTimeout(() => end.abort(new Error('interrupted')), 200);
  await expect(kube.raw('/version')).rejects.toThrow('interrupted');
});
