// `logs` of runs in a real API server, whose pods a pretended node runs: shown, followed, kept, and refused with the reason.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kill } from '../../tasks/kill.ts';
import type { LogsFlags } from '../../tasks/logs.ts';
import { logsWith } from '../../tasks/logs.ts';
import { readLog, readRun, runFolder, updateRun } from '../../tasks/record/run-folder.ts';
import { runNames } from '../../tasks/spark/run-names.ts';
import { runLabels } from '../../tasks/submission/driver.ts';
import { needControlPlane } from './harness.ts';
import { nodeOf, useRuns } from './run-harness.ts';

needControlPlane();

const runs = useRuns();
const { running, left, run, shown, problems, stateIs } = runs;

/** An executor of a run, whose container is in this state. */
async function executor(id: string, number: number, state: object, restarts = 0): Promise<string> {
  const { namespace } = runs.profile;
  const exec = `${number}`;
  const labels = { 'spark-app-selector': runNames(id).appId, 'spark-role': 'executor', 'spark-exec-id': exec };
  const name = `${id}-exec-${exec}`;
  await runs.kube.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labels, ...runLabels(runNames(id)) } },
    spec: {
      nodeName: nodeOf(runs.profile),
      automountServiceAccountToken: false,
      serviceAccountName: runs.profile.serviceAccounts.executor,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'spark-kubernetes-executor', image: 'none' }],
    },
  });
  await stateIs(name, 'spark-kubernetes-executor', state, 'Running', restarts);
  return name;
}

test('the log of one executor is read from the cluster, and from the folder when the pod is gone', async () => {
  const id = await running();
  await executor(id, 1, { running: {} });
  runs.kubelet.write('2026-01-02T03:04:05.1Z', 'w\xf6rk\r');
  const log = logsWith({ executor: '1' });
  expect(await shown(log, [id])).toBe('w\xf6rk\r\n');
  await run(kill, [id]);
  expect(await left(id)).toEqual([]);
  expect(await shown(log, [id])).toBe('w\xf6rk\r\n');
});

test('an executor is followed to its end, by several at once, and what is kept is each line once', async () => {
  const { namespace } = runs.profile;
  const id = await running();
  const name = await executor(id, 1, { running: {} });
  const follow = logsWith({ executor: '1', follow: true });
  runs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  const following = [shown(follow, [id]), shown(follow, [id])];
  const opened = () => runs.kubelet.requests.filter(({ searchParams }) => searchParams.get('follow') === 'true').length;
  await expect.poll(opened, { timeout: 10_000 }).toBe(2);
  runs.kubelet.write('2026-01-02T03:04:05.2Z', 'two');
  runs.kubelet.end('cut', '2026-01-02T03:04:05.3Z th');
  await expect.poll(opened, { timeout: 10_000 }).toBe(4);
  runs.kubelet.write('2026-01-02T03:04:05.3Z', 'three');
  runs.kubelet.write('2026-01-02T03:04:05.3Z', 'three');
  await runs.kube.remove({ apiVersion: 'v1', kind: 'Pod', name, namespace });
  runs.kubelet.finish();
  const whole = 'one\ntwo\nthree\nthree\n';
  expect(await Promise.all(following)).toEqual([whole, whole]);
  expect(await shown(logsWith({ executor: '1' }), [id])).toBe(whole);
});

test('the log of the start before is shown where a container was restarted', async () => {
  const id = await running();
  await executor(id, 1, { running: {} }, 1);
  runs.kubelet.write('2026-01-02T03:04:05.1Z', 'before');
  expect(await shown(logsWith({ executor: '1', previous: true }), [id])).toBe('before\n');
  expect(runs.kubelet.requests.some(({ searchParams }) => searchParams.get('previous') === 'true')).toBe(true);
});

test.each<[string, LogsFlags, string, string]>([
  ['no such executor', { executor: '7' }, 'has no executor 7', 'choose one of 1, 2'],
  ['one that has not started', { executor: '2' }, 'executor 2 of run ', 'find out why: firesteel why '],
  ['one that was never restarted', { executor: '1', previous: true }, 'was never restarted', 'omit --previous'],
  ['a driver that was not', { previous: true }, 'driver of run ', 'omit --previous'],
])('of %s the log is refused with the reason', async (_, flags, message, hint) => {
  const id = await running();
  await executor(id, 1, { running: {} });
  await executor(id, 2, { waiting: { reason: 'ContainerCreating' } });
  const error = await shown(logsWith(flags), [id]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
});

test('without --follow what there is of a run that is still active is shown and kept, specs and events too', async () => {
  const id = await running();
  runs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  expect(await shown(logsWith(), [id])).toBe('one\n');
  runs.kubelet.write('2026-01-02T03:04:05.2Z', 'two');
  expect(await shown(logsWith(), [id])).toBe('one\ntwo\n');
  expect(existsSync(join(runFolder(id), 'pods', `${id}-driver.json`))).toBe(true);
  expect(readRun(runFolder(id))?.finishedAt).toBeUndefined();
});

test.each([
  ['', {}],
  [
    ", also where its app's id was never noted, for Spark drew it and the submit was interrupted",
    { appId: 'spark-lot' },
  ],
])('with --follow the driver is followed to its end, which is noted%s', async (_, noted) => {
  const id = await running();
  await updateRun(runFolder(id), noted);
  runs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  const notes: string[] = [];
  const following = shown(logsWith({ follow: true }), [id], (note) => void notes.push(note));
  await expect.poll(() => readLog(runFolder(id), 'driver'), { timeout: 10_000 }).toEqual(['one']);
  runs.kubelet.write('2026-01-02T03:04:05.2Z', 'two');
  await stateIs(`${id}-driver`, 'spark-kubernetes-driver', { terminated: { exitCode: 42 } }, 'Failed');
  runs.kubelet.finish();
  expect(await following).toBe('one\ntwo\n');
  expect(readRun(runFolder(id))).toMatchObject({ exitCode: 42, finishedAt: expect.any(String) });
  expect(notes.join('\n')).toContain('the driver ended with exit code 42');
});

test.each<[LogsFlags, string[], string]>([
  [{ executor: 'one' }, ['pi-'], '--executor one: expected a number, such as 1'],
  [
    { previous: true, follow: true },
    ['pi-'],
    '--previous --follow: the previous container has ended, so its log is complete; use only one of the flags',
  ],
])('logs refuses what has no meaning (%#)', async (flags, words, text) => {
  await running();
  expect(await problems(logsWith(flags), words)).toEqual([text]);
});
