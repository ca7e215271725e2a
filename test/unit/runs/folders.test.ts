// The folders of many runs, some of them damaged.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Manifest } from '../../../tasks/kube/types.ts';
import type { Profile } from '../../../tasks/profile/schema.ts';
import {
  keepObjects,
  keptEvents,
  keptPods,
  putAside,
  readRun,
  runFolder,
  withoutSecrets,
} from '../../../tasks/record/run-folder.ts';
import { findRun, runProblems } from '../../../tasks/runs/find.ts';
import { runsWith } from '../../../tasks/runs.ts';
import { isOfRun } from '../../../tasks/spark/pod.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';
import { pod, run } from './seen-run.ts';

ownFolderOfEach();

const context = plainContext({ profile: {} as Profile, cluster: {} as Cluster });
const runs = () => planIn(runsWith(), context);

function written(id: string, text: string): string {
  mkdirSync(runFolder(id), { recursive: true });
  writeFileSync(join(runFolder(id), 'run.json'), text);
  return runFolder(id);
}
const lines = async () => (await (await runs()).done?.(context)) ?? [];
const facts = async () => (await runs()).facts?.(context) as { runs: Record<string, unknown>[]; damaged: string[] };

test('a thousand runs are listed at once, newest first', async () => {
  for (let number = 0; number < 1_000; number++) {
    const startedAt = new Date(1_700_000_000_000 + number * 60_000).toISOString();
    written(`pi-${number}`, JSON.stringify({ ...run, id: `pi-${number}`, startedAt, exitCode: number % 3 }));
  }
  const begun = performance.now();
  const shown = await lines();
  // A tenth of a second on a machine with nothing else to do.
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(shown).toHaveLength(1_001);
  expect(shown[1]).toMatch(/^pi-999 .*exit code 0$/);
  expect(findRun()?.id).toBe('pi-999');
});

test.each([
  ['empty', ''],
  ['half-written', '{"id": "pi-2", "star'],
  ['of something else', '[]'],
])('a run.json that is %s is reported and breaks nothing', async (_, text) => {
  written('pi-1', JSON.stringify(run));
  const damaged = written('pi-2', text);
  expect(await lines()).toEqual([
    expect.stringMatching(/^RUN +PROFILE +CLUSTER +SUBMITTED +STATE +RESULT$/),
    expect.stringMatching(/^pi-1 +local +local .* unknown$/),
    `damaged: ${damaged} has no readable run.json`,
  ]);
  expect(findRun()?.id).toBe('pi-1');
  expect(findRun('pi-2')).toBeUndefined();
  expect(runProblems({} as Profile, 'pi-2')).toEqual([`run "pi-2": cannot read run.json; its logs are in ${damaged}`]);
  expect(await facts()).toMatchObject({ runs: [{ id: 'pi-1', state: 'unknown' }], damaged: [damaged] });
});

test('programs get every run as it was noted, with its state and its folder', async () => {
  written('pi-1', JSON.stringify({ ...run, exitCode: 1, finishedAt: '2026-11-21T15:01:00Z', cause: 'x' }));
  expect((await facts()).runs).toEqual([
    { ...run, exitCode: 1, finishedAt: '2026-11-21T15:01:00Z', cause: 'x', state: 'ended', folder: runFolder('pi-1') },
  ]);
});

const event = (name: string, count: number) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, creationTimestamp: `2026-11-21T15:00:0${name}Z` },
  involvedObject: { name: 'pi-1-driver' },
  count,
});

test('what is seen of a run is kept beside what was seen before', async () => {
  const folder = written('pi-1', JSON.stringify(run));
  await keepObjects(folder, [pod('driver')], [event('1', 1), event('2', 1)]);
  await keepObjects(folder, [pod(1)], [event('2', 5), event('3', 1)]);
  expect(keptPods(folder).map(({ metadata }) => metadata.name)).toEqual(['pi-1-driver', 'pi-1-exec-1']);
  expect(keptEvents(folder)).toEqual([event('1', 1), event('2', 5), event('3', 1)]);
});

test('what is kept of an object has neither secrets nor book-keeping', () => {
  const env = [{ name: '_SPARK_AUTH_SECRET', value: 'hush' }];
  const kept = withoutSecrets({
    ...pod('driver'),
    metadata: { name: 'x', managedFields: [] } as Manifest['metadata'],
    spec: { containers: [{ name: 'spark-kubernetes-driver', env }] },
  });
  expect(kept.metadata).toEqual({ name: 'x' });
  expect(kept.spec.containers[0]?.env).toEqual([{ name: '_SPARK_AUTH_SECRET', value: '(hidden)' }]);
});

test('a damaged file is ignored', async () => {
  const folder = written('pi-1', JSON.stringify(run));
  await keepObjects(folder, [pod('driver')], [event('1', 1)]);
  for (const path of ['events.json', 'pods/pi-1-driver.json']) writeFileSync(join(folder, path), '{"half');
  expect(keptPods(folder)).toEqual([]);
  expect(keptEvents(folder)).toEqual([]);
});

test.each([
  ['pi-driver', true],
  ['pi-exec-12', true],
  ['pi-exec-1-pvc-0', true],
  ['pi-driver-svc', true],
  ['pi-driver-driver', false],
  ['pi-123-driver', false],
  ['pie-driver', false],
  ['pi', false],
])('an event of %s is one of run pi: %s', (name, expected) =>
  expect(
    isOfRun({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'x' }, involvedObject: { name } }, { id: 'pi' }),
  ).toBe(expected),
);

test('files that are put aside stay within the folder, however often', () => {
  const folder = written('pi-1', JSON.stringify(run));
  putAside(folder);
  expect(readRun(folder)).toBeUndefined();
  written('pi-1', JSON.stringify(run));
  putAside(folder);
  expect(readRun(folder)).toBeUndefined();
});
