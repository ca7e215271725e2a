// Ending a run of a cluster that is a few objects.
import { readdirSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { kill } from '../../tasks/kill.ts';
import { readLog, readRun, runFolder } from '../../tasks/spark/run/run-folder.ts';
import { memoryKube } from '../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../own-folder.ts';
import { configMapOf, contextOf, inCluster, planned, runTask, writeRecord } from './run-context.ts';
import { pod, run, running } from './seen-run.ts';

const data = ownFolderOfEach();
beforeEach(() => writeRecord(run));

const listing = (): unknown[] => readdirSync(data(), { recursive: true }).sort();

function goingOn() {
  const driver = inCluster(pod('driver', running), run);
  return memoryKube([driver, configMapOf(run, driver)], { 'pi-1-driver': ['one'] });
}

test('a dry run writes nothing, and tells each object once', async () => {
  const { kube, changes } = goingOn();
  const before = listing();
  const lines = await planned(kill, contextOf(kube), [run.id]);
  expect(listing()).toEqual(before);
  expect(changes).toEqual([]);
  expect(lines.filter((line) => line.startsWith('remove '))).toEqual([
    'remove Pod spark/pi-1-driver',
    'remove ConfigMap spark/pi-1-map',
  ]);
});

test('a real one keeps the log and removes the same', async () => {
  const { kube, changes } = goingOn();
  await runTask(kill, contextOf(kube), [run.id]);
  expect(changes).toEqual(['remove Pod pi-1-driver', 'remove ConfigMap pi-1-map']);
  expect(readLog(runFolder(run.id), 'driver')).toEqual(['one']);
  expect(readRun(runFolder(run.id))).toMatchObject({ killedAt: expect.any(String), cause: 'it was killed' });
});
