// doctor against a real API server: rights of users who have few, the driver's account, nodes and quotas in a bad state, and
// a clock that is off.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { issue } from '../../tasks/core/certificates.ts';
import { clusterChecks } from '../../tasks/doctor/checks/cluster.ts';
import { imageChecks } from '../../tasks/doctor/checks/image.ts';
import { rightsChecks } from '../../tasks/doctor/checks/rights.ts';
import { serviceChecks } from '../../tasks/doctor/checks/services.ts';
import { isFinding, lookAtAll } from '../../tasks/doctor/look.ts';
import { sparkImage } from '../../tasks/images/image.ts';
import { fullName } from '../../tasks/images/name.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Check } from '../../tasks/steps/check.ts';
import type { Cluster } from '../../tasks/steps/cluster.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import { plainContext } from '../plain-context.ts';
import { node, quota } from '../unit/spark/sizes/rooms.ts';
import { certificateUser, kubeconfigText } from './control-plane.ts';
import { crashLoop, loopLine, placeCoredns } from './coredns.ts';
import { connect, connectThrough, controlPlane, needControlPlane, newNamespace, patchBySomebody } from './harness.ts';

needControlPlane();

/** Nodes of a test: others would count them. */
const nodes: Manifest[] = [];

afterEach(async () => {
  for (const one of nodes.splice(0)) await connect().remove(refOf(one));
});

/** A node with two cores that reports this of itself. */
async function makeNode(name: string, status: object, spec: object = {}): Promise<void> {
  const usual = node(name, '2', '8Gi');
  nodes.push(await connect().create({ ...usual, spec, status: { ...usual.status, ...status } }));
}

const running = {
  status: async () => ({ state: 'running', detail: 'up', components: [] }),
  hostFolders: () => true,
} as unknown as Cluster;

async function look(kube: Kube, namespace: string, checks: readonly Check[], cluster = running) {
  const profile = { ...(await readProfile('local', [])), namespace };
  const seen = await lookAtAll(checks, plainContext({ profile, cluster, kube }), { probes: false });
  return new Map(seen.map((one) => [one.check.name, one]));
}

const states = (seen: Awaited<ReturnType<typeof look>>) =>
  Object.fromEntries([...seen].map(([name, { finding }]) => [name, finding.state]));

/** A user whom no binding names. */
async function stranger(): Promise<Kube> {
  const own = await issue(controlPlane.authority, { commonName: 'stranger', usage: 'client' });
  const path = join(controlPlane.folder, 'stranger.json');
  const text = kubeconfigText(
    controlPlane.server,
    controlPlane.authority.certificatePem,
    'stranger',
    certificateUser(own),
  );
  writeFileSync(path, text, { mode: 0o600 });
  return connect({}, path, 'stranger');
}

test('an administrator has all rights; a user without any lacks those of every verb, by name', async () => {
  const admin = connect();
  const namespace = await newNamespace(admin);
  const verbs = rightsChecks.filter(({ name }) => name !== 'rights-driver');
  expect([...(await look(admin, namespace, verbs)).values()].filter(isFinding)).toEqual([]);
  const seen = await look(await stranger(), namespace, verbs);
  expect(new Set(Object.values(states(seen)))).toEqual(new Set(['partial']));
  expect(seen.get('rights-submit')?.finding.seen).toBe(
    `you may not get, create, patch, list, watch, delete pods in ${namespace}`,
  );
  for (const [name, right] of [
    ['shell', `you may not create pods/attach in ${namespace}`],
    ['standalone', `you may not get, create, patch, list, delete statefulsets in ${namespace}`],
    ['connect', `you may not get, create, patch, list, delete deployments in ${namespace}`],
    ['data', `you may not get, create, patch, list, delete secrets in ${namespace}`],
    ['mount', 'you may not get, create, patch, list, delete persistentvolumes'],
    ['dns', 'you may not get, patch configmaps in kube-system'],
  ]) {
    const { seen: line, more = [] } = seen.get(`rights-${name}`)?.finding ?? {};
    expect([line, ...more]).toContain(right);
  }
});

test('what a user may not see is not available, and no finding', async () => {
  const namespace = await newNamespace(connect());
  const seen = await look(await stranger(), namespace, [...clusterChecks, ...serviceChecks, ...rightsChecks]);
  for (const name of ['nodes', 'skew', 'storage', 'quota', 'rights-driver'])
    expect([name, seen.get(name)?.finding.state]).toEqual([name, 'not available']);
});

test("the driver's account is missing, then right, then has too much", async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const checks = rightsChecks.filter(({ name }) => name === 'rights-driver');
  expect((await look(kube, namespace, checks)).get('rights-driver')?.finding).toMatchObject({
    state: 'missing',
    seen: `there is no account spark-driver in ${namespace}`,
    remedies: [{ command: ['firesteel', 'deploy'] }],
  });
  const profile = { ...(await readProfile('local', [])), namespace };
  for (const manifest of await renderTemplate('access', profile)) await kube.apply(manifest);
  const state = async () => (await look(kube, namespace, checks)).get('rights-driver')?.finding;
  await expect.poll(async () => (await state())?.state, { timeout: 20_000 }).toBe('ok');
  await kube.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'too-much', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'spark-driver', namespace }],
  });
  await expect
    .poll(async () => (await state())?.seen, { timeout: 20_000 })
    .toBe(`spark-driver may get secrets in ${namespace}`);
});

test('a clock that differs from that of the API server by an hour is a finding, one that is right is none', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const checks = clusterChecks.filter(({ name }) => name === 'clock');
  expect(states(await look(kube, namespace, checks))).toEqual({ clock: 'ok' });
  const proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  onTestFinished(() => proxy.close());
  const headers = { date: new Date(Date.now() - 3_600_000).toUTCString() };
  const does = { answer: 200, headers, body: { gitVersion: 'v1.36.0' } };
  proxy.inject({ method: 'GET', path: /^\/version/, times: 99, does });
  const late = connectThrough(proxy, join(controlPlane.folder, 'late.json'));
  const { finding } = (await look(late, namespace, checks)).get('clock') ?? {};
  expect(finding).toMatchObject({ state: 'missing', seen: expect.stringMatching(/ahead of the API server's$/) });
});

test('nodes that are down, cordoned, too old, without the image or of another processor are findings, each by its name', async () => {
  await makeNode('fine', { nodeInfo: { kubeletVersion: 'v1.36.0', architecture: 'amd64' } });
  await makeNode('down', { conditions: [{ type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting' }] });
  await makeNode('shut', {}, { unschedulable: true });
  await makeNode('odd', { nodeInfo: { kubeletVersion: 'v1.30.2', architecture: 's390x' } });
  const image = await sparkImage(await readProfile('local', []));
  await makeNode('loaded', { images: [{ names: [fullName(image)] }] });
  const kube = connect();
  const namespace = await newNamespace(kube);
  const seen = await look(kube, namespace, [...clusterChecks, ...imageChecks]);
  const lines = (name: string) => {
    const { seen: first, more = [] } = seen.get(name)?.finding ?? {};
    return [first, ...more];
  };
  // Other tests leave nodes.
  expect(lines('nodes')).toContain('down is not ready: Kubelet stopped posting');
  expect(lines('nodes')).toContain('shut takes no new pods: it is cordoned');
  expect(lines('nodes')).not.toContainEqual(expect.stringMatching(/^(fine|odd) /));
  expect(lines('skew')).toContainEqual(
    expect.stringMatching(/^kubelet of odd is v1\.30\.2, too old for API server v1\./),
  );
  expect(lines('skew')).not.toContainEqual(expect.stringContaining('fine'));
  expect(seen.get('node-images')?.finding.state).toBe('partial');
  expect(lines('node-images')[0]).toMatch(/fine, .* lack /);
  expect(lines('node-images')[0]).not.toContain('loaded');
  expect(lines('architecture')).toContainEqual(expect.stringMatching(/^odd is s390x, the image is for /));
});

test('a job that no node has room for is a finding', async () => {
  await makeNode('small', { allocatable: { cpu: '200m', memory: '512Mi', pods: '110' } });
  const kube = connect();
  const checks = serviceChecks.filter(({ name }) => name === 'room');
  const { finding } = (await look(kube, await newNamespace(kube), checks)).get('room') ?? {};
  expect(finding).toMatchObject({
    state: 'missing',
    seen: expect.stringContaining('no node has more than 512 MiB memory'),
  });
});

test('a quota that is used up is a finding, and one with room is none', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const checks = serviceChecks.filter(({ name }) => name === 'quota');
  const finding = async () => (await look(connect(), namespace, checks)).get('quota')?.finding;
  expect(await finding()).toMatchObject({ state: 'ok' });
  const { metadata, spec } = quota({ pods: '4' }) as Manifest & { spec: object };
  await kube.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { ...metadata, namespace }, spec });
  const use = (pods: string) =>
    patchBySomebody(`/api/v1/namespaces/${namespace}/resourcequotas/team/status`, 'merge-patch+json', {
      status: { hard: { pods: '4' }, used: { pods } },
    });
  await use('3');
  expect(await finding()).toMatchObject({ state: 'ok' });
  await use('4');
  expect(await finding()).toMatchObject({ state: 'partial', seen: 'quota team: pods is used up (4 of 4)' });
});

test('a cluster without storage classes is a finding', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const checks = serviceChecks.filter(({ name }) => name === 'storage');
  expect((await look(kube, namespace, checks)).get('storage')?.finding.seen).toBe('the cluster has no storage class');
});

test('a server that is not there leaves nothing to look at but the finding that it is not', async () => {
  const path = join(controlPlane.folder, 'nobody.json');
  writeFileSync(path, kubeconfigText('https://127.0.0.1:9', controlPlane.authority.certificatePem, 'admin', {}));
  const seen = await look(connect({}, path), 'spark', [...clusterChecks, ...rightsChecks]);
  expect([...seen.values()].filter(isFinding).map(({ check }) => check.name)).toEqual(['cluster']);
});

test('a CoreDNS that loops is cured by a command, one that crashes otherwise by a person', async () => {
  const coredns = await placeCoredns();
  onTestFinished(() => coredns.remove());
  const checks = serviceChecks.filter(({ name }) => name === 'coredns');
  const found = async () => (await look(connect(), 'spark', checks)).get('coredns')?.finding;
  expect(await found()).toMatchObject({ state: 'not available', seen: expect.stringContaining('not applicable') });
  await coredns.createDeployment();
  await coredns.createPod('a', crashLoop);
  coredns.kubelet.write('2026-01-02T03:04:05Z', 'Corefile:4 - Error during parsing');
  expect(await found()).toMatchObject({ state: 'missing', remedies: [{ text: 'read more: firesteel dns check' }] });
  coredns.kubelet.write('2026-01-02T03:04:06Z', loopLine);
  expect(await found()).toMatchObject({
    state: 'missing',
    seen: expect.stringContaining('CoreDNS is in a loop'),
    remedies: [{ command: ['firesteel', 'dns', 'repair'] }],
  });
});
