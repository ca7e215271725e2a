// What destroy says of runs and notebook servers that end with their cluster, and what it notes of them.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { askForConsent, questionsOf, type Run } from '../../scripts/cli/questions.ts';
import { exitCode } from '../../tasks/core/failure.ts';
import { dataPath } from '../../tasks/core/paths.ts';
import { destroy } from '../../tasks/destroy.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { readLog, readRun, runFolder } from '../../tasks/record/run-folder.ts';
import type { Cluster } from '../../tasks/steps/cluster.ts';
import type { Context } from '../../tasks/steps/types.ts';
import { memoryKube } from '../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../own-folder.ts';
import { planIn } from '../plan-of.ts';
import { contextOf, inCluster, runTask, writeRecord } from './runs/run-context.ts';
import { ended, pod, running, run as someRun } from './runs/seen-run.ts';

ownFolderOfEach();

const run = () => ({ ...someRun, kubeconfig: { path: dataPath('clusters', 'local', 'kubeconfig'), context: 'local' } });
const nothing = { packages: [], upgrades: [], programs: [] };

/** A cluster with these objects, whose end removes its folder. */
async function clusterWith(objects: Manifest[]): Promise<Context> {
  mkdirSync(dirname(run().kubeconfig.path), { recursive: true });
  await writeRecord(run());
  const { kube } = memoryKube(objects, { 'pi-1-driver': ['one'] });
  const context = contextOf(kube);
  const end = async () => rmSync(dataPath('clusters', 'local'), { recursive: true });
  const down: Cluster['down'] = () => [{ title: 'End it', run: end }];
  return { ...context, cluster: { ...context.cluster, down } };
}

const notebook: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'notebook',
    namespace: 'spark',
    labels: { 'app.kubernetes.io/name': 'notebook', 'firesteel/notebook': 'notebook' },
  },
};

const going = () => inCluster(pod('driver', running), run());

const runIn = async (context: Context): Promise<Run> => ({
  use: destroy.cluster,
  plan: await planIn(destroy, context),
  context,
});

test('destroy lists running runs and notebook servers, and asks', async () => {
  const context = await clusterWith([going(), notebook]);
  expect((await questionsOf(await runIn(context))).ends).toEqual([
    expect.stringMatching(/^run pi-1 in namespace spark, \d+[smhd] old$/),
    'notebook server notebook, 0 kernels',
  ]);
  const asked = askForConsent(await runIn(context), nothing, { json: true, plain: false, yes: false });
  await expect(asked).rejects.toMatchObject({
    message: expect.stringContaining('This ends:\n  run pi-1 in namespace spark'),
    hint: 'add --yes to agree',
    exitCode: exitCode.usage,
  });
  await askForConsent(await runIn(context), nothing, { json: true, plain: false, yes: true });
});

const namespacesOfLab = ['lab-class', 'lab-ada', 'lab-grace'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: { 'firesteel/class': 'lab', ...(name === 'lab-class' ? {} : { 'firesteel/student': name.slice(4) }) },
  },
}));

test('destroy lists a class, which ends with its cluster, and names that of a cluster that stays', async () => {
  const context = await clusterWith(namespacesOfLab);
  expect((await questionsOf(await runIn(context))).ends).toEqual(['class lab with 2 seats, with all the work in it']);
  const given: Context = {
    ...context,
    cluster: {
      ...context.cluster,
      isGiven: true,
      status: async () => ({ state: 'running', detail: 'context lab', components: [] }),
    },
  };
  expect((await questionsOf(await runIn(given))).ends).toEqual([]);
  expect((await (await planIn(destroy, given)).done?.(given))?.at(-1)).toBe(
    'The class lab with 2 seats stays, with all the work in it. To remove it: firesteel classroom destroy',
  );
});

const claim = (name: string, namespace: string, labels = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace, labels },
  spec: { resources: { requests: { storage: '1Gi' } } },
});

const ours = { 'app.kubernetes.io/managed-by': 'firesteel' };
const shown = (name: string, namespace: string) =>
  `claim ${name} in namespace ${namespace} (1Gi), with all that it holds`;

test('destroy lists the claims of its cluster, which go with it, but a class only once', async () => {
  const claims = [claim('lenet-models', 'spark', ours), claim('mine', 'default'), claim('work', 'lab-ada', ours)];
  const context = await clusterWith([...namespacesOfLab, ...claims]);
  expect((await questionsOf(await runIn(context))).ends).toEqual([
    'class lab with 2 seats, with all the work in it',
    shown('lenet-models', 'spark'),
    shown('mine', 'default'),
  ]);
});

test.each([
  ['its own', {}, [shown('lenet-models', 'spark')]],
  ['made by firesteel', ours, [shown('lenet-models', 'spark'), shown('mine', 'spark')]],
])('in a namespace that is %s, destroy lists the claims that go', async (_, labels, ends) => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark', labels } };
  const claims = [claim('lenet-models', 'spark', ours), claim('mine', 'spark'), claim('other', 'default')];
  const context = await clusterWith([namespace, ...claims]);
  const given: Context = { ...context, cluster: { ...context.cluster, isGiven: true } };
  expect((await questionsOf(await runIn(given))).ends).toEqual(ends);
});

test('destroy asks nothing if nothing runs in the cluster', async () => {
  const context = await clusterWith([inCluster(pod('driver', ended(0)), run())]);
  expect((await questionsOf(await runIn(context))).ends).toEqual([]);
  await askForConsent(await runIn(context), nothing, { json: true, plain: false, yes: false });
});

test('destroy keeps the log of a run that it ends, and records the end', async () => {
  const context = await clusterWith([going()]);
  await runTask(destroy, context, []);
  expect(readLog(runFolder('pi-1'), 'driver')).toEqual(['one']);
  expect(readRun(runFolder('pi-1'))).toMatchObject({
    finishedAt: expect.any(String),
    cause: 'cluster local was destroyed; submit again',
  });
});

test('a run that ended before its cluster was destroyed keeps its exit code', async () => {
  const context = await clusterWith([inCluster(pod('driver', ended(3)), run())]);
  expect((await runTask(destroy, context, [])).skipped).toEqual(['no run was active']);
  expect(readRun(runFolder('pi-1'))).toMatchObject({ exitCode: 3, finishedAt: expect.any(String) });
});

test('the record of a run of another cluster stays unchanged', async () => {
  const context = await clusterWith([]);
  await writeRecord({ ...run(), cluster: 'bugs', kubeconfig: { path: '/elsewhere', context: 'bugs' } });
  expect((await runTask(destroy, context, [])).skipped).toEqual(['no run is active', 'no run was active']);
  expect(readRun(runFolder('pi-1'))?.finishedAt).toBeUndefined();
});
