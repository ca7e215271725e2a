// How one run is shown, from its record and what there is of its pods.
import { expect, test } from 'vitest';
import type { RunRecord } from '../../../tasks/record/run-folder.ts';
import type { Seen } from '../../../tasks/runs/view.ts';
import { runView } from '../../../tasks/runs/view.ts';
import { type Pod, type PodStatus, statusOf } from '../../../tasks/spark/pod.ts';
import { run as seenRun } from './seen-run.ts';

const now = new Date('2026-01-02T04:00:00Z');
const run: RunRecord = {
  ...seenRun,
  args: ['10'],
  image: 'spark:4.3.0-x',
  executors: 1,
  startedAt: '2026-01-02T03:00:00.000Z',
};

const pod = (name: string, labels: Record<string, string>, status: PodStatus): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels, creationTimestamp: '2026-01-02T03:00:00Z' },
  spec: { containers: [], nodeName: 'node-1' },
  status,
});
const state = (one: object): PodStatus => ({
  containerStatuses: [statusOf('spark-kubernetes-driver', one)],
});
const driver = (status: PodStatus) => pod('pi-1-driver', { 'spark-role': 'driver' }, status);
const executor = (number: string) =>
  pod(
    `pi-1-exec-${number}`,
    { 'spark-role': 'executor', 'spark-exec-id': number },
    {
      containerStatuses: [statusOf('spark-kubernetes-executor', { running: { startedAt: '2026-01-02T03:30:00Z' } })],
    },
  );

const seen = (change: Partial<Seen> = {}): Seen => {
  const pods = change.pods ?? [];
  return { run, pods, live: new Set(pods.map(({ metadata }) => metadata.name)), isLive: true, now, ...change };
};

const running = driver(state({ running: { startedAt: '2026-01-02T03:10:00Z' } }));
const ended = driver(state({ terminated: { exitCode: 42, finishedAt: '2026-01-02T03:59:30Z' } }));

test.each<[string, Seen]>([
  ['running', seen({ pods: [running] })],
  ['waiting for its driver', seen({ pods: [driver({ phase: 'Pending' })] })],
  ['failed', seen({ pods: [driver({ phase: 'Failed', reason: 'Evicted' })] })],
  ['ended with exit code 42', seen({ pods: [ended] })],
  ['lost: its driver pod is gone', seen()],
  ['unknown: the cluster does not answer', seen({ isLive: false })],
  [
    'ended with exit code 0 2026-01-02 03:20:00',
    seen({ run: { ...run, exitCode: 0, finishedAt: '2026-01-02T03:20:00.000Z' } }),
  ],
  [
    'failed 2026-01-02 03:20:00: no room',
    seen({ run: { ...run, cause: 'no room', finishedAt: '2026-01-02T03:20:00.000Z' } }),
  ],
  [
    'killed 2026-01-02 03:20:00',
    seen({ run: { ...run, exitCode: 143, killedAt: '2026-01-02T03:20:00.000Z' }, isLive: false }),
  ],
  // A follower that lost its connection noted an end that was none.
  ['running', seen({ pods: [running], run: { ...run, finishedAt: '2026-01-02T03:20:00.000Z' } })],
])('a run is %s', (text, what) => expect(runView(what)[0]).toBe(`pi-1: ${text}`));

test('its pods are a table, the driver first, executors by number, those that are gone as well', () =>
  expect(
    runView(seen({ pods: [executor('10'), executor('2'), ended], live: new Set(['pi-1-driver', 'pi-1-exec-10']) })),
  ).toEqual([
    'pi-1: ended with exit code 42',
    'pi 10, profile local, submitted 2026-01-02 03:00:00',
    '',
    'POD           ROLE         STATE    SINCE  EXIT CODE  NODE',
    'pi-1-driver   driver       ended    30s    42         node-1',
    'pi-1-exec-2   executor 2   gone     30m    -          node-1',
    'pi-1-exec-10  executor 10  running  30m    -          node-1',
  ]));
