// Why a run does not continue or failed: each cause once, of its driver and its executors.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnoseExecutorEnd } from '../../../../tasks/causes/diagnosis.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { keepObjects } from '../../../../tasks/record/run-folder.ts';
import type { RunEvidence } from '../../../../tasks/runs/diagnosis/evidence.ts';
import { keptEvidence } from '../../../../tasks/runs/diagnosis/evidence.ts';
import { shownProgress } from '../../../../tasks/runs/diagnosis/progress.ts';
import { type KubeEvent, statusOf } from '../../../../tasks/spark/pod.ts';
import { ended, pod, run, running, said, seen } from '../seen-run.ts';

describe('executors', () => {
  const memory = 'out of memory: used more than 896Mi; raise spark.executor.memoryOverhead, or spark.executor.memory';

  test('that died of the same cause are shown together', () => {
    const dead = [1, 2, 3].map((id) => pod(id, ended(137, 'OOMKilled')));
    expect(said(seen([pod('driver', running), ...dead]))).toEqual([`executors 1, 2 and 3: ${memory}`]);
  });

  test('that died of two causes are shown twice', () =>
    expect(said(seen([pod('driver', running), pod(1, ended(52)), pod(2, ended(137, 'OOMKilled'))]))).toEqual([
      'executor 1: Java heap is full (exit code 52); raise spark.executor.memory',
      `executor 2: ${memory}`,
    ]));

  test('of which no pod is left are known from the log of the driver', () => {
    const log = [
      '26/11/21 15:00:31 ERROR TaskSchedulerImpl: Lost executor 4 on 10.244.0.9: ',
      'The executor with id 4 exited with exit code 137(SIGKILL, possible container OOM).',
    ];
    expect(said(seen([pod('driver', running)], { 'pi-1-driver': log }))).toEqual([
      'executor 4: killed (exit code 137); check the node for memory pressure, or raise spark.executor.memory',
    ]);
  });

  test('are the cause when the driver gave up because of them', () => {
    const log = ['ERROR ExecutorPodsAllocator: Max number of executor failures (4) reached'];
    const evidence = seen([pod('driver', ended(11)), pod(1, ended(52))], { 'pi-1-driver': log });
    expect(said(evidence)).toEqual(['executor 1: Java heap is full (exit code 52); raise spark.executor.memory']);
  });

  test('of which no more is known than their exit code have that as the cause, unless the driver failed first', () => {
    const died = [pod(1, ended(255)), pod(2, ended(255))];
    const own = 'executors 1 and 2: ended with exit code 255; read its log: firesteel logs pi-1 --executor 1';
    expect(said(seen([pod('driver', running), ...died]))).toEqual([own]);
    const log = { 'pi-1-driver': ['Max number of executor failures (4) reached'] };
    expect(said(seen([pod('driver', ended(11)), ...died], log))[1]).toBe(own);
    expect(said(seen([pod('driver', ended(1)), ...died]))).toHaveLength(1);
  });

  test('that the driver ended are not a failure', () =>
    expect(said(seen([pod('driver', running), pod(1, ended(143)), pod(2, running)]))).toEqual([]));

  test.each([143, 137])('that went with exit code %i and their node are named', (code) => {
    const gone = pod(1, ended(code), {
      conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }],
    });
    gone.metadata.deletionTimestamp = '2026-11-21T15:00:30Z';
    expect(said(seen([pod('driver', running), gone]))).toEqual([
      'executor 1: evicted because its node is being drained; submit again when the node is back',
    ]);
    expect(diagnoseExecutorEnd({ pod: gone }, { exitCode: code })?.cause).toMatch(/evicted/);
  });

  test('that failed before Spark deleted them have the cause of that', () => {
    const dead = [pod(1, ended(137, 'OOMKilled')), pod(2, ended(52)), pod(3, ended(1))];
    for (const { metadata } of dead) metadata.deletionTimestamp = '2026-11-21T15:00:30Z';
    expect(said(seen([pod('driver', running), ...dead]))).toEqual([
      `executor 1: ${memory}`,
      'executor 2: Java heap is full (exit code 52); raise spark.executor.memory',
    ]);
  });

  test('that the driver ends by force are not a failure', () => {
    const gone = pod(1, ended(137));
    gone.metadata.deletionTimestamp = '2026-11-21T15:00:30Z';
    expect(said(seen([pod('driver', running), gone]))).toEqual([]);
    expect(diagnoseExecutorEnd({ pod: gone }, { exitCode: 137 })).toBeUndefined();
  });

  test('that a quota refuses are known from the log of the driver', () => {
    const log = [
      'Message: pods "pi-1-exec-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1.',
    ];
    expect(said(seen([pod('driver', running)], { 'pi-1-driver': log }))).toEqual([
      'executors: quota team is full: pods=1 requested, pods=1 used of pods=1; wait for other jobs to end, request less, or raise the quota',
    ]);
  });
});

describe('a driver that is gone', () => {
  const preemption: KubeEvent = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: { name: 'pi-1-driver' },
    reason: 'Preempted',
    message: 'Preempted by pod 1c0 on node node-1',
  };

  test.each<[string, Partial<RunEvidence>, string]>([
    [
      'was preempted',
      { events: [preemption] },
      'driver: preempted: a pod of higher priority took its place; submit again when the cluster has room',
    ],
    [
      'was deleted',
      {},
      'driver: pod pi-1-driver was deleted before it ended; find out who deleted the pod, and submit again',
    ],
    [
      'was never made',
      { run: { ...run, cause: 'quota team is full; ask for less' }, isLive: false },
      'quota team is full; ask for less',
    ],
  ])('%s', (_, change, expected) => expect(said(seen([], {}, change))).toEqual([expected]));

  test('was preempted, as its last state says', () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }];
    const last = pod('driver', ended(143), { conditions });
    expect(said(seen([last]))[0]).toMatch(/^driver: preempted/);
  });
});

test('the reason of a driver that never started is shown again', () => {
  const cause = 'driver: no node is large enough: it needs 4 cpu, there is 2 cpu on node-1; add a larger node';
  expect(said(seen([pod('driver')], {}, { run: { ...run, cause }, isLive: false }))).toEqual([cause]);
});

test.each([143, 137, 1])('a sidecar that ends with %i after a driver is not the cause of that end', (code) => {
  const driver = pod('driver', ended(1));
  driver.status = { ...driver.status, initContainerStatuses: [statusOf('istio-proxy', ended(code))] };
  expect(said(seen([driver]))).toEqual(['driver: ended with exit code 1; read its log: firesteel logs pi-1']);
});

test('an init container that fails is named, and a pod that was evicted says so before its exit code', () => {
  const init = pod('driver', { waiting: { reason: 'PodInitializing' } });
  init.status = { ...init.status, initContainerStatuses: [statusOf('fetch', ended(3))] };
  expect(said(seen([init]))[0]).toMatch(/^driver: init container fetch: failed with exit code 3/);
  const evicted = pod(1, ended(137), { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' });
  expect(said(seen([pod('driver', running), evicted]))[0]).toMatch(
    /^executor 1: Evicted: The node was low on memory\./,
  );
});

describe('a driver that still runs after the end of its program', () => {
  const trace = ['Traceback (most recent call last):', '  File "job.py", line 3, in <module>', 'ValueError: no rows'];
  const info = '26/11/21 15:00:05 INFO BlockManagerInfo: Removed broadcast_1_piece0';
  const own =
    'driver: its log ends with ValueError: no rows, and the program still runs; ' +
    'wait for the program; if it has failed, kill it: firesteel kill pi-1';
  test.each<[string, string[], string[]]>([
    ['a traceback', [...trace, info], [own]],
    ['a traceback behind a progress bar', [`\r[Stage 0:>   ]\r     \r${trace[0]}`, ...trace.slice(1), info], [own]],
    [
      'an error of Java below its traceback',
      [...trace, ': java.lang.X', '\tat a.B', 'Caused by: java.lang.Y', info],
      [own],
    ],
    [
      'two tracebacks',
      [...trace, '', 'During handling of the above exception, another exception occurred:', '', ...trace],
      [own],
    ],
    ['a traceback that its program survived', [...trace, 'next file'], []],
    ['a traceback before another job', [...trace, '26/11/21 15:00:05 INFO SparkContext: Starting job: count at x'], []],
    ['a traceback of one thread', ['Exception in thread Thread-1 (load):', ...trace], []],
  ])('says what its log ends with, unless the program goes on: %s', (_, log, expected) =>
    expect(said(seen([pod('driver', running)], { 'pi-1-driver': log }))).toEqual(expected),
  );

  const begun = '26/11/21 15:00:00 INFO SparkContext: Running Spark version 4.3.0';
  const stopped = '26/11/21 15:00:40 INFO SparkContext: Successfully stopped SparkContext (Uptime: 40 ms)';
  const died = 'Exception in thread "main" java.lang.NoSuchMethodError: x';
  const cure = 'kill it: firesteel kill pi-1';
  const causesOf = (log: string[]) => said(seen([pod('driver', running), pod(1, running)], { 'pi-1-driver': log }));

  test('names the error of its main thread', () =>
    expect(causesOf([begun, died, '\tat …'])).toEqual([
      `driver: its main thread failed with java.lang.NoSuchMethodError: x, and other threads keep it running; ${cure}`,
    ]));

  test.each([
    '26/11/21 15:00:05 INFO DAGScheduler: Got job 3 (count at x) with 2 output partitions',
    '26/11/21 15:00:05 INFO SparkContext: Starting job: count at x',
    begun,
  ])('does not take the main thread of a program that it started for its own: %s', (line) => {
    expect(causesOf([begun, died, '\tat …', line])).toEqual([]);
    expect(causesOf([begun, line, died, '\tat …'])).toHaveLength(1);
  });

  test('says that Spark has stopped, and which property ends such a program', () =>
    expect(causesOf([begun, stopped])).toEqual([
      `driver: Spark has stopped, and the program still runs; wait for the program, or ${cure}; ` +
        'for a Java program, submit with --set spark.conf.spark.submit.callSystemExitOnMainExit=true',
    ]));

  test('is not a cause where the program began Spark again', () =>
    expect(causesOf([begun, stopped, begun])).toEqual([]));
});

describe('nothing is wrong', () => {
  test.each<[string, RunEvidence, string]>([
    [
      'with a run that is still active',
      seen([pod('driver', running), pod(1, running)]),
      'the driver runs on node-1, 1 of 2 executors run',
    ],
    [
      'with a run that succeeded',
      seen([pod('driver', ended(0, 'Completed'))], {}, { run: { ...run, exitCode: 0 } }),
      'the driver ended with exit code 0',
    ],
    [
      'with a driver that starts',
      seen([pod('driver', { waiting: { reason: 'ContainerCreating' } })]),
      'the driver is starting on node-1',
    ],
  ])('%s', (_, evidence, course) => {
    expect(said(evidence)).toEqual([]);
    expect(shownProgress(evidence)).toBe(course);
  });
});

test('a run whose cluster is gone is explained from its folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-run-'));
  try {
    await keepObjects(folder, [pod('driver', ended(1)), pod(1, ended(137, 'OOMKilled'))], []);
    await writeFiles([
      { path: join(folder, 'driver.log'), content: "ModuleNotFoundError: No module named 'pandas'\n" },
    ]);
    expect(said(keptEvidence(folder, { ...run, exitCode: 1, finishedAt: '2026-11-21T15:00:09Z' }))).toEqual([
      'driver: Python module pandas is not in the image; add pandas to the job: --requirements if PyPI has it, --py-files if it is your own',
      'executor 1: out of memory: used more than 896Mi; raise spark.executor.memoryOverhead, or spark.executor.memory',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
