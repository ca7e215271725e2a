// Following a run to its end, against a cluster that plays a given course of events.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Kube } from '../../../../tasks/kube/types.ts';
import { keptPods, logNames, readLog, readRun, updateRun } from '../../../../tasks/record/run-folder.ts';
import { followRun } from '../../../../tasks/runs/following/follow.ts';
import { outcomeLines } from '../../../../tasks/runs/outcome.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';
import { isDriver, terminated } from '../../../../tasks/spark/pod.ts';
import { cluster, ended, event, ownFollower, pod, record, running } from './played-run.ts';

const { place, follow } = ownFollower();

const wholeRun = [
  event('ADDED', pod('driver', running)),
  event('ADDED', pod('executor', { waiting: { reason: 'ContainerCreating' } }, 1)),
  event('MODIFIED', pod('executor', running, 1)),
  event('ADDED', pod('executor', running, 2)),
  event('MODIFIED', pod('executor', ended(143), 1)),
  event('DELETED', pod('executor', ended(143), 1)),
  event('MODIFIED', pod('driver', ended(0, 'Completed'))),
];

const logs = {
  'pi-1-driver': ['26/11/21 15:00:02 INFO SparkContext: Running', 'Pi is roughly 3.14'],
  'pi-1-exec-1': ['one'],
  'pi-1-exec-2': ['two'],
};

describe('a run that succeeds', () => {
  test('reports its executors as they come, and gives the exit code', async () => {
    const { end, states, lines } = await follow(wholeRun, logs);
    expect(end).toEqual({ exitCode: 0 });
    expect(states).toEqual(['executors 0/2 running', 'executors 1/2 running', 'executors 2/2 running']);
    expect(lines).toEqual(logs['pi-1-driver']);
  });

  test('leaves the logs of driver and executors, also of one that is gone', async () => {
    await follow(wholeRun, logs);
    expect(logNames(place.folder)).toEqual(['driver', 'executor-1', 'executor-2']);
    expect(logNames(place.folder).map((name) => readLog(place.folder, name))).toEqual(Object.values(logs));
  });

  test("leaves every pod's last state, readable for its user only and without secrets", async () => {
    await follow(wholeRun, logs);
    for (const name of Object.keys(logs)) {
      const path = join(place.folder, 'pods', `${name}.json`);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).toContain('(hidden)');
      expect(readFileSync(path, 'utf8')).not.toContain('hush');
    }
    expect(existsSync(join(place.folder, 'events.json'))).toBe(true);
  });

  test('ends with what the job itself printed', async () => {
    await follow(wholeRun, logs);
    await updateRun(place.folder, { exitCode: 0, finishedAt: '2026-11-21T15:00:09Z' });
    expect(outcomeLines(place.folder)[0]).toBe('Pi is roughly 3.14');
    expect(readRun(place.folder)).toMatchObject({ id: 'pi-1', exitCode: 0 });
  });
});

test('the last state of a pod is what is kept, however long an earlier one takes to be written', async () => {
  const executors = Array.from({ length: 200 }, (_, number) => event('ADDED', pod('executor', running, number + 1)));
  const begun = [...executors, event('ADDED', pod('driver', running))];
  const kube = cluster([], {});
  const watched: Kube = {
    ...kube,
    async *watch({ kind }, signal) {
      if (kind !== 'Pod') return;
      yield* begun;
      // The regular writing is under way, and the driver is the last in it.
      while (!existsSync(join(place.folder, 'pods', 'pi-1-exec-1.json')))
        await new Promise((resume) => setImmediate(resume));
      yield event('MODIFIED', pod('driver', ended(0, 'Completed')));
      if (!signal.aborted) await new Promise((resume) => signal.addEventListener('abort', resume));
    },
  };
  const { signal } = new AbortController();
  await followRun(watched, record, { folder: place.folder, signal, onLog: () => {}, onState: () => {} });
  const kept = keptPods(place.folder);
  expect(kept).toHaveLength(201);
  expect(terminated(kept.find(isDriver) as Pod)).toMatchObject({ exitCode: 0 });
});

test.each([
  ["the program's own code", [event('ADDED', pod('driver', ended(42)))], { exitCode: 42 }],
  [
    'what the driver died of',
    [event('ADDED', pod('driver', ended(137, 'OOMKilled')))],
    {
      exitCode: 137,
      cause: 'driver: out of memory: used more than 896Mi; raise spark.driver.memoryOverhead, or spark.driver.memory',
    },
  ],
  [
    'what its executors died of',
    [
      event('ADDED', pod('driver', running)),
      event('ADDED', pod('executor', ended(52))),
      event('MODIFIED', pod('driver', ended(1))),
    ],
    { exitCode: 1, cause: 'executor 1: Java heap is full (exit code 52); raise spark.executor.memory' },
  ],
])('a run that fails gives %s', async (_, course, expected) => {
  expect((await follow(course)).end).toEqual(expected);
});

test('executors that die of the same cause are reported once', async () => {
  const died = (id: number, code: number) => event('MODIFIED', pod('executor', ended(code), id));
  const { states } = await follow([
    event('ADDED', pod('driver', running)),
    ...[died(1, 52), died(2, 52), died(3, 53), died(4, 52)],
    event('MODIFIED', pod('driver', ended(0, 'Completed'))),
  ]);
  expect(states.filter((state) => /exit code/.test(state))).toEqual([
    'executor 1: Java heap is full (exit code 52); raise spark.executor.memory',
    "executor 3: cannot write to its scratch disk (exit code 53); free space on the node's disk, or let user 185 write to the volumes spark-local-dir-*",
  ]);
});

test('the log of the driver is searched for the cause of a failure', async () => {
  const { end } = await follow([event('ADDED', pod('driver', running)), event('MODIFIED', pod('driver', ended(1)))], {
    'pi-1-driver': ["ModuleNotFoundError: No module named 'pandas'"],
  });
  expect(end.cause).toMatch(/^driver: Python module pandas is not in the image; /);
});

test.each([
  [
    'deleted',
    [event('ADDED', pod('driver', running)), event('DELETED', pod('driver', running))],
    'driver pod pi-1-driver was deleted before it ended',
  ],
  ['deleted before anybody looked', [], 'driver pod pi-1-driver was deleted before it ended'],
  [
    'evicted',
    [
      event('ADDED', {
        ...pod('driver', undefined),
        status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' },
      } as Pod),
    ],
    'driver: Evicted: The node was low on memory.',
  ],
])('a driver that is %s is a failure', async (_, course, message) => {
  await expect(follow(course)).rejects.toThrow(message);
});
