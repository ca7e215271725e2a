// Sizes that nobody chose, against a real API server: nodes, pods, quotas and a run's own objects are asked.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readJob } from '../../tasks/jobs/job.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { readRun, runFolder } from '../../tasks/record/run-folder.ts';
import { submitSteps } from '../../tasks/runs/submit-steps.ts';
import type { Pod } from '../../tasks/spark/pod.ts';
import { askedJob } from '../../tasks/submission/request.ts';
import { node, pod, quota } from '../unit/spark/sizes/rooms.ts';
import { needControlPlane, removePodAtOnce } from './harness.ts';
import { contextOf, useRuns } from './run-harness.ts';

needControlPlane();

const runs = useRuns();
/** What is in no namespace of this test, and would count in others. */
const made: Manifest[] = [];

afterEach(async () => {
  for (const object of made.splice(0)) await runs.kube.remove(refOf(object));
});

// Pods of other tests would hold the nodes of these.
beforeEach(async () => {
  for (const left of await runs.kube.list({ apiVersion: 'v1', kind: 'Pod' })) await removePodAtOnce(left);
});

async function make(object: Manifest): Promise<void> {
  made.push(await runs.kube.create(object));
}

/** A pod of the namespace that holds something of the node. */
const holding = (name: string, requests: Record<string, string>): Manifest => {
  const { spec, ...others } = pod(name, 'fit-1', requests, { namespace: runs.profile.namespace });
  const containers = spec.containers.map((container) => ({ ...container, image: 'none' }));
  return {
    ...others,
    spec: { ...spec, containers, serviceAccountName: 'spark-executor', terminationGracePeriodSeconds: 0 },
  };
};

/** Submits pi; returns what its driver requests, and the lines that were said. */
async function submit(words: readonly string[], flags = {}, sets: Record<string, string> = {}) {
  const lines: string[] = [];
  const usual = contextOf(runs);
  const profile = { ...usual.profile, spark: { ...usual.profile.spark, conf: sets } };
  const context = { ...usual, profile, state: { image: 'spark:x' } as { image: string; run?: { id: string } } };
  const [step] = submitSteps(askedJob(readJob(words, flags), profile, flags));
  await step?.run(context as never, { line: (text) => void lines.push(text) });
  const id = context.state.run?.id ?? '';
  const record = readRun(runFolder(id));
  const driver = (await runs.kube.get({
    apiVersion: 'v1',
    kind: 'Pod',
    name: record?.driverPod ?? '',
    namespace: profile.namespace,
  })) as Pod;
  return { lines, record, uid: driver.metadata.uid, requests: driver.spec.containers[0]?.resources?.requests };
}

test('a run fits beside what holds the node, says so, and keeps that in its record', async () => {
  await make(node('fit-1', '2', '8Gi'));
  await make(holding('holder', { cpu: '1', memory: '4Gi' }));
  const { requests, lines, record } = await submit(['pi']);
  expect(requests).toEqual({ cpu: '150m', memory: '1433Mi' });
  expect(lines[0]).toBe(
    'driver (150m cpu and 1433 MiB memory), 2 executors (150m cpu and 896 MiB memory each); free on fit-1: 1 of 2 cpu, 4 GiB of 8 GiB memory',
  );
  expect(record?.sizes).toBe(lines[0]);
});

test('a run that can never fit is refused with exit code 2, and nothing of it is made', async () => {
  await make(node('fit-1', '1', '8Gi'));
  const conf = { 'spark.kubernetes.executor.request.cores': '1' };
  await expect(submit(['pi'], {}, conf)).rejects.toMatchObject({
    exitCode: 2,
    message:
      'job pi does not fit: driver (100m cpu and 896 MiB memory), 2 executors (1 cpu and 896 MiB memory each): too much for fit-1, with 1 cpu and 8 GiB memory for pods',
    hint: 'this fits: --set spark.conf.spark.kubernetes.executor.request.cores=150m',
  });
  expect(await runs.left()).toEqual([]);
});

test('a quota of the namespace counts, with what is used of it', async () => {
  await make(node('fit-1', '8', '32Gi'));
  const { metadata, ...others } = quota({ 'requests.cpu': '1', 'limits.cpu': '3' });
  await make({ ...others, metadata: { ...metadata, namespace: runs.profile.namespace } });
  const { requests } = await submit(['pi']);
  expect(requests).toMatchObject({ cpu: '150m' });
});

test('a run with a name keeps its sizes when the same is submitted again beside others', async () => {
  await make(node('fit-1', '2', '8Gi'));
  const first = await submit(['pi'], { name: 'nightly' });
  await make(holding('holder', { cpu: '1', memory: '4Gi' }));
  const second = await submit(['pi'], { name: 'nightly' });
  expect(second.uid).toBe(first.uid);
  expect(second.requests).toEqual(first.requests);
  expect(second.record?.sizes).toBe(first.record?.sizes);
});
