// Ending runs and clearing up after them against a real API server, with pods that a pretended node runs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { kill } from '../../tasks/kill.ts';
import { issue } from '../../tasks/lib/certificates.ts';
import { writeFiles } from '../../tasks/lib/files.ts';
import type { Profile } from '../../tasks/lib/schema.ts';
import { profileSchema } from '../../tasks/lib/schema.ts';
import type { Cluster, Context, Kube, Manifest, SingleStep } from '../../tasks/lib/types.ts';
import { readJob } from '../../tasks/spark/job.ts';
import { leftovers, objectsOfRuns, removeAll } from '../../tasks/spark/leftovers.ts';
import { newRunId, runNames } from '../../tasks/spark/names.ts';
import { newRunFiles, readLog, readRun, runFolder } from '../../tasks/spark/run-folder.ts';
import { runObjects } from '../../tasks/spark/run-objects.ts';
import { ensureSubmitted } from '../../tasks/spark/submission.ts';
import type { FakeKubelet } from '../fakes/kubelet.ts';
import { startFakeKubelet } from '../fakes/kubelet.ts';
import { configMap, connect, controlPlane, needControlPlane, newNamespace, patchBySomebody } from './harness.ts';

needControlPlane();

let data: string;
let kube: Kube;
let profile: Profile;
let kubelet: FakeKubelet;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  vi.stubEnv('XDG_DATA_HOME', data);
  kube = connect();
  const namespace = await newNamespace(kube);
  profile = { ...profileSchema.parse({ namespace }), name: 'local', clusterName: 'local' };
  for (const name of Object.values(profile.serviceAccounts))
    await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  kubelet = await startFakeKubelet(
    await issue(controlPlane.authority, { commonName: 'kubelet', usage: 'server', ipAddresses: ['127.0.0.1'] }),
  );
  await kube.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-of-${namespace}` },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await kubelet?.close();
  rmSync(data, { recursive: true });
});

const container = 'spark-kubernetes-driver';

/** Submits pi and gives its driver a state, as a node would; answers the run's id. */
async function submitted(state: object, phase: string): Promise<string> {
  const id = newRunId('pi');
  const request = { job: await readJob(['pi']), profile, image: 'spark:4.3.0-x', names: runNames(id), user: 'me' };
  const objects = runObjects(request);
  const record = {
    id,
    appId: request.names.appId,
    job: 'pi',
    args: [],
    profile: profile.name,
    namespace: profile.namespace,
    driverPod: request.names.driverPod,
    image: request.image,
    executors: 1,
    startedAt: new Date().toISOString(),
  };
  await writeFiles(newRunFiles(runFolder(id), record, request, objects));
  const { spec } = objects.pod;
  // A node's pod is gone only when the node says so; without any time to end it need not.
  const own = { nodeName: `node-of-${profile.namespace}`, terminationGracePeriodSeconds: 0 };
  await ensureSubmitted(kube, { ...objects, pod: { ...objects.pod, spec: { ...spec, ...own } } });
  await patchBySomebody(
    `/api/v1/namespaces/${profile.namespace}/pods/${record.driverPod}/status`,
    'strategic-merge-patch+json',
    {
      status: {
        phase,
        containerStatuses: [{ name: container, state, ready: false, restartCount: 0, image: 'none', imageID: '' }],
      },
    },
  );
  return id;
}

const running = () => submitted({ running: { startedAt: new Date().toISOString() } }, 'Running');
const finished = () => submitted({ terminated: { exitCode: 0, finishedAt: new Date().toISOString() } }, 'Succeeded');

/** Runs the verb's steps as the front end does; answers why steps were left out. */
async function run(words: string[]): Promise<string[]> {
  const context = { kube, profile, state: {}, signal: new AbortController().signal } as unknown as Context;
  const cluster = {} as Cluster;
  expect(await kill.problems?.(profile, words, cluster, context.read)).toEqual([]);
  const skipped: string[] = [];
  for (const step of kill.steps(profile, cluster, words) as SingleStep[]) {
    const reason = await step.skip?.(context);
    if (reason) skipped.push(reason);
    else await step.run(context, { line: () => {} });
  }
  return [...skipped, ...((await kill.done?.(context)) ?? [])];
}

const left = async (id?: string): Promise<string[]> =>
  (await objectsOfRuns(kube, profile.namespace, id)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

test('a killed run leaves nothing in the cluster, and its log and specs in its folder', async () => {
  const id = await running();
  const other = await running();
  const untouched = await left(other);
  kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  expect(await run([id])).toEqual([`${id} was killed`, `kept in ${runFolder(id)}`]);
  expect(await left(id)).toEqual([]);
  expect(await left(other)).toEqual(untouched);
  expect(readRun(runFolder(id))).toMatchObject({ killedAt: expect.any(String), cause: 'it was killed' });
  expect(readLog(runFolder(id), 'driver')).toEqual(['one']);
  const kept = JSON.parse(readFileSync(join(runFolder(id), 'pods', `${id}-driver.json`), 'utf8')) as Manifest;
  expect(kept).toMatchObject({ kind: 'Pod', status: { phase: 'Running' } });
});

test('a killed run can be killed again: it has ended', async () => {
  const id = await running();
  await run([id]);
  const { killedAt } = readRun(runFolder(id)) ?? {};
  expect(await run([id])).toContain('it has ended, and its driver pod is gone');
  expect(readRun(runFolder(id))?.killedAt).toBe(killedAt);
});

test('a run that has ended is not killed and loses nothing', async () => {
  const id = await finished();
  const before = await left(id);
  expect(await run([id])).toContain('it has ended with exit code 0');
  expect(await left(id)).toEqual(before);
  expect(readRun(runFolder(id))?.killedAt).toBeUndefined();
});

test('what a submit left that never came to its driver can be killed', async () => {
  const id = await running();
  const pod = { apiVersion: 'v1', kind: 'Pod', name: `${id}-driver`, namespace: profile.namespace };
  await kube.remove(pod);
  expect(await left(id)).not.toEqual([]);
  await run([id]);
  expect(await left(id)).toEqual([]);
});

test('what ended runs and lost drivers left is removed once, and nothing else', async () => {
  const { namespace } = profile;
  const [going, done, lost] = [await running(), await finished(), await running()];
  await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: `${lost}-driver`, namespace });
  await kube.create(configMap(namespace, { of: 'somebody' }));
  await kube.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'history', namespace, labels: { 'app.kubernetes.io/managed-by': 'firesteel' } },
  });
  const hour = 3_600_000;
  const old = async (now: number) => leftovers(await objectsOfRuns(kube, namespace), hour, now);
  expect(await old(Date.now())).toEqual([]);
  const found = await old(Date.now() + 2 * hour);
  expect(new Set(found.map(({ metadata }) => metadata.labels?.['firesteel/run']))).toEqual(new Set([done, lost]));
  const before = await left(going);
  await removeAll(kube, found);
  expect(await old(Date.now() + 2 * hour)).toEqual([]);
  expect(await left(going)).toEqual(before);
  expect(await left(done)).toEqual([]);
  expect(await left(lost)).toEqual([]);
  const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
  const names = maps.map(({ metadata }) => metadata.name);
  expect(names).toEqual(expect.arrayContaining(['settings', 'history']));
});
