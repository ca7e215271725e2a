// Why a run ended badly: what the logs of drivers and executors tell, and each cause told once. Lines of logs are real ones.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../../tasks/lib/files.ts';
import type { RunEvidence } from '../../tasks/spark/evidence.ts';
import { keptEvidence } from '../../tasks/spark/evidence.ts';
import { shownDiagnosis } from '../../tasks/spark/finding.ts';
import type { ContainerStatus, KubeEvent, Pod, PodStatus } from '../../tasks/spark/pod.ts';
import { diagnoseRun } from '../../tasks/spark/run-diagnosis.ts';
import type { RunRecord } from '../../tasks/spark/run-folder.ts';
import { keepObjects } from '../../tasks/spark/run-folder.ts';
import { usualCourse } from '../../tasks/spark/usual-course.ts';

const run: RunRecord = {
  id: 'pi-1',
  appId: 'spark-1',
  job: 'pi',
  args: [],
  profile: 'local',
  namespace: 'spark',
  driverPod: 'pi-1-driver',
  image: 'spark:x',
  executors: 2,
  startedAt: '2026-11-21T15:00:00Z',
};

type State = ContainerStatus['state'];
const running: State = { running: {} };
const ended = (exitCode: number, reason = 'Error'): State => ({ terminated: { exitCode, reason } });

function pod(id: 'driver' | number, state?: State, status: PodStatus = {}): Pod {
  const role = id === 'driver' ? 'driver' : 'executor';
  const name = `spark-kubernetes-${role}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: id === 'driver' ? 'pi-1-driver' : `pi-1-exec-${id}`,
      namespace: 'spark',
      labels: { 'spark-role': role, ...(id === 'driver' ? {} : { 'spark-exec-id': `${id}` }) },
    },
    spec: {
      nodeName: 'node-1',
      containers: [{ name, image: 'spark:x', resources: { limits: { memory: '896Mi' } } }],
    },
    status: { ...(state ? { containerStatuses: [{ name, state }] } : {}), ...status },
  };
}

/** A run of which the cluster shows these pods. */
function seen(pods: Pod[], logs: Record<string, string[]> = {}, change: Partial<RunEvidence> = {}): RunEvidence {
  return {
    run,
    pods,
    live: new Set(pods.map(({ metadata }) => metadata.name)),
    isLive: true,
    events: [],
    nodes: [],
    logs: new Map(Object.entries(logs)),
    now: new Date('2026-11-21T15:01:00Z'),
    ...change,
  };
}

const said = (evidence: RunEvidence): string[] => diagnoseRun(evidence).map(shownDiagnosis);

describe('the log of a driver that failed tells of', () => {
  test.each([
    [
      'another Python',
      'pyspark.errors.exceptions.base.PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.11 than that in driver: 3.12, PySpark cannot run with different minor versions.',
      'driver: Python of the executors is 3.11, of the driver 3.12; use one image for both, or set PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON to the same version',
    ],
    [
      'another Python, as Spark 2 and 3 say it',
      'Exception: Python in worker has different version 3.7 than that in driver 3.8, PySpark cannot run with different minor versions.',
      'driver: Python of the executors is 3.7, of the driver 3.8; use one image for both, or set PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON to the same version',
    ],
    [
      'an API server that DNS does not know',
      'Caused by: java.net.UnknownHostException: kubernetes.default.svc: Temporary failure in name resolution',
      'driver: cannot reach the API server: DNS does not know kubernetes.default.svc; repair cluster DNS: firesteel dns check',
    ],
    [
      'an API server that a NetworkPolicy hides',
      'Caused by: io.netty.channel.ConnectTimeoutException: connection timed out after 10000 ms: kubernetes.default.svc/10.96.0.1:443',
      'driver: cannot reach the API server at kubernetes.default.svc: timed out; allow it in the NetworkPolicies of the namespace, and look at the cluster: firesteel status',
    ],
    [
      'rights it does not have',
      'Message: pods "pi-1-driver" is forbidden: User "system:serviceaccount:spark:default" cannot get resource "pods" in API group "" in the namespace "spark". Received status: Status(apiVersion=v1, code=403, …',
      'driver: the API server refuses it: account spark:default may not get pods; grant it: firesteel deploy',
    ],
    [
      'a token that is not accepted',
      'Message: Unauthorized! Token may have expired! Please log-in again. Unauthorized.',
      'driver: the API server does not accept the token of its service account (401); submit again, so that it gets a new token',
    ],
    [
      'a full heap',
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
      'driver: Java is out of memory: Java heap space; raise spark.driver.memory',
    ],
    [
      'an image for another machine',
      'exec /opt/entrypoint.sh: exec format error',
      "driver: image spark:x is built for another architecture than its node's; build the image for the node's architecture",
    ],
    [
      'a Python module that is not there',
      "ModuleNotFoundError: No module named 'pandas'",
      'driver: Python module pandas is not in the image; add pandas to what the job brings along, or to the image',
    ],
    [
      'a class that is not there',
      'Error: Failed to load class org.example.Pi.',
      "driver: class org.example.Pi is in none of its jars; correct the job's class, or the jar it names",
    ],
    [
      'a script that is not there',
      "python3: can't open file '/opt/spark/job/pi.py': [Errno 2] No such file or directory",
      "driver: /opt/spark/job/pi.py is not in the image; correct the job's main, or put the file into the image",
    ],
    [
      'an error of its own',
      'ValueError: no such column',
      'driver: ended with exit code 1: ValueError: no such column; read its log: firesteel logs pi-1',
    ],
  ])('%s', (_, line, expected) => {
    const log = ['26/11/21 15:00:01 INFO SparkContext: Running Spark version 4.3.0', line, '\tat java.base/…'];
    expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }))).toEqual([expected]);
  });
});

describe('the log of an executor that failed tells that it cannot reach the driver', () => {
  const dns = 'Caused by: java.net.UnknownHostException: pi-1-driver-svc.spark.svc';
  const unknown =
    "executor 1: cannot reach the driver: DNS does not know pi-1-driver-svc.spark.svc; see that the driver's service is still there, and repair cluster DNS: firesteel dns check";
  test.each([
    ['because of DNS', [dns], [unknown]],
    [
      'because nobody listens',
      [
        'Caused by: io.netty.channel.AbstractChannel$AnnotatedConnectException: finishConnect(..) failed with error(-111): Connection refused: /10.244.0.7:7078',
      ],
      [
        'executor 1: cannot reach the driver: 10.244.0.7:7078 refuses connections; see that the driver still runs, and that nothing stands between its ports 7078 and 7079 and the executors',
      ],
    ],
    [
      'because of a NetworkPolicy',
      ['Caused by: java.io.IOException: Connecting to pi-1-driver-svc.spark.svc/10.244.0.7:7078 timed out (120000 ms)'],
      [
        "executor 1: cannot reach the driver: pi-1-driver-svc.spark.svc/10.244.0.7:7078 does not answer; allow executors to the driver's ports 7078 and 7079 in the namespace's NetworkPolicies",
      ],
    ],
    [
      'but not once it had reached it',
      ['INFO KubernetesExecutorBackend: Successfully registered with driver', dns],
      [],
    ],
  ])('%s', (_, log, expected) => {
    expect(said(seen([pod('driver', running), pod(1, ended(1))], { 'pi-1-exec-1': log }))).toEqual(expected);
  });
});

describe('executors', () => {
  const memory =
    'used more memory than its pod has, 896Mi; raise spark.executor.memoryOverhead, or spark.executor.memory';

  test('that died of the same cause are told together', () => {
    const dead = [1, 2, 3].map((id) => pod(id, ended(137, 'OOMKilled')));
    expect(said(seen([pod('driver', running), ...dead]))).toEqual([`executors 1, 2 and 3: ${memory}`]);
  });

  test('that died of two causes are told twice', () =>
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
      'executor 4: killed (exit code 137); look for memory pressure on its node, or raise spark.executor.memory',
    ]);
  });

  test('are the cause when the driver gave up because of them', () => {
    const log = ['ERROR ExecutorPodsAllocator: Max number of executor failures (4) reached'];
    const evidence = seen([pod('driver', ended(11)), pod(1, ended(52))], { 'pi-1-driver': log });
    expect(said(evidence)).toEqual(['executor 1: Java heap is full (exit code 52); raise spark.executor.memory']);
  });

  test('that the driver told to end are no fault', () =>
    expect(said(seen([pod('driver', running), pod(1, ended(143)), pod(2, running)]))).toEqual([]));

  test('that a quota refuses are known from the log of the driver', () => {
    const log = [
      'Message: pods "pi-1-exec-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1.',
    ];
    expect(said(seen([pod('driver', running)], { 'pi-1-driver': log }))).toEqual([
      'executors: quota team is full: pods=1 asked for, pods=1 used of pods=1; wait for other jobs to end, ask for less, or raise the quota',
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
      'driver: preempted: a pod of higher priority took its place; submit again when there is room, or give its pods a higher priority class',
    ],
    [
      'was deleted',
      {},
      'driver: pod pi-1-driver was deleted before it ended; find out who deleted it, and submit again',
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

test('an init container that fails is named, and a pod that was evicted says so before its exit code', () => {
  const init = pod('driver', { waiting: { reason: 'PodInitializing' } });
  init.status = { ...init.status, initContainerStatuses: [{ name: 'fetch', state: ended(3) ?? {} }] };
  expect(said(seen([init]))[0]).toMatch(/^driver: init container fetch: failed with exit code 3/);
  const evicted = pod(1, ended(137), { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' });
  expect(said(seen([pod('driver', running), evicted]))[0]).toMatch(
    /^executor 1: Evicted: The node was low on memory\./,
  );
});

describe('nothing is wrong', () => {
  test.each<[string, RunEvidence, string]>([
    [
      'with a run that goes on',
      seen([pod('driver', running), pod(1, running)]),
      'the driver runs on node-1, 1 of 2 executors run',
    ],
    [
      'with a run that ended well',
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
    expect(usualCourse(evidence)).toBe(course);
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
      'driver: Python module pandas is not in the image; add pandas to what the job brings along, or to the image',
      'executor 1: used more memory than its pod has, 896Mi; raise spark.executor.memoryOverhead, or spark.executor.memory',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
