// Ending a run of a cluster that is a few objects.
import { readdirSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { Failure } from '../../tasks/core/failure.ts';
import { kill } from '../../tasks/kill.ts';
import type { Kube } from '../../tasks/kube/types.ts';
import { readLog, readRun, runFolder } from '../../tasks/record/run-folder.ts';
import { noteEnd } from '../../tasks/runs/following/note-end.ts';
import { statusOf } from '../../tasks/spark/pod.ts';
import { memoryKube } from '../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../own-folder.ts';
import { configMapOf, contextOf, inCluster, planned, runTask, writeRecord } from './runs/run-context.ts';
import { ended, pod, run, running } from './runs/seen-run.ts';

const data = ownFolderOfEach();
beforeEach(() => writeRecord(run));

const listing = (): unknown[] => readdirSync(data(), { recursive: true }).sort();

function goingOn() {
  const driver = inCluster(pod('driver', running), run);
  return memoryKube([driver, configMapOf(run, driver)], { 'pi-1-driver': ['one'] });
}

test('a dry run writes nothing, and reports each object once', async () => {
  const { kube, changes } = goingOn();
  const before = listing();
  const lines = await planned(kill, contextOf(kube), [run.id]);
  expect(listing()).toEqual(before);
  expect(changes).toEqual([]);
  expect(lines.filter((line) => line.startsWith('  delete '))).toEqual([
    '  delete Pod spark/pi-1-driver',
    '  delete ConfigMap spark/pi-1-map',
  ]);
});

test('a real kill keeps the log and removes the same objects', async () => {
  const { kube, changes } = goingOn();
  await runTask(kill, contextOf(kube), [run.id]);
  expect(changes).toEqual(['remove Pod pi-1-driver', 'remove ConfigMap pi-1-map']);
  expect(readLog(runFolder(run.id), 'driver')).toEqual(['one']);
  expect(readRun(runFolder(run.id))).toMatchObject({ killedAt: expect.any(String), cause: 'it was killed' });
});

test('a kill is recorded before the driver goes, so that followers of the run report it', async () => {
  const { kube } = goingOn();
  let killedAt: string | undefined;
  const remove: Kube['remove'] = async (ref) => {
    killedAt ??= readRun(runFolder(run.id))?.killedAt;
    await kube.remove(ref);
  };
  await runTask(kill, contextOf({ ...kube, remove }), [run.id]);
  expect(killedAt).toBeDefined();
  await noteEnd(runFolder(run.id), { exitCode: 143, cause: 'driver: its pod was deleted (exit code 143)' });
  expect(readRun(runFolder(run.id))).toMatchObject({ exitCode: 143, cause: 'it was killed', killedAt });
});

test('a run is not recorded as killed if its driver cannot be removed', async () => {
  const { kube } = goingOn();
  const remove = () => Promise.reject(new Failure('forbidden'));
  await expect(runTask(kill, contextOf({ ...kube, remove }), [run.id])).rejects.toThrow('forbidden');
  expect(readRun(runFolder(run.id))).toEqual(run);
});

test('the second kill says that the run has ended, and nothing else', async () => {
  const { kube } = goingOn();
  const context = contextOf(kube);
  await runTask(kill, context, [run.id]);
  expect(await runTask(kill, context, [run.id])).toEqual({
    skipped: Array(2).fill('the run has ended, and its driver pod is gone'),
    lines: ['pi-1 was killed', `kept in ${runFolder(run.id)}`],
  });
});

test('a driver that has ended in a pod that continues is removed, and its run keeps its own end', async () => {
  const own = pod('driver', ended(0, 'Completed'));
  own.status?.containerStatuses?.push(statusOf('istio-proxy', { running: {} }));
  const driver = inCluster(own, run);
  const { kube, changes } = memoryKube([driver]);
  await runTask(kill, contextOf(kube), [run.id]);
  expect(changes).toEqual(['remove Pod pi-1-driver']);
  expect(readRun(runFolder(run.id))).toEqual({ ...run, finishedAt: expect.any(String) });
});
