// Ages as words, and what of runs and stores is old enough and needed by nobody.
import { linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseAge, shownAge } from '../../tasks/core/age.ts';
import { cachePath } from '../../tasks/core/paths.ts';
import { gcWith } from '../../tasks/gc.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import { keptPods, readLog, readRun, runFolder } from '../../tasks/record/run-folder.ts';
import { leftovers } from '../../tasks/runs/leftovers.ts';
import { memoryKube } from '../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../own-folder.ts';
import { planFor } from '../plan-of.ts';
import { contextOf, inCluster, planned, runTask, writeRecord } from './runs/run-context.ts';
import { pod, run } from './runs/seen-run.ts';

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };
const hour = 3_600_000;

test.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['24h', 24 * hour],
  ['1.5h', 1.5 * hour],
  ['7d', 7 * 24 * hour],
  ['0s', 0],
  ['24', undefined],
  ['h', undefined],
  ['-1h', undefined],
  ['1w', undefined],
  ['', undefined],
])('age "%s" is %s ms', (text, ms) => expect(parseAge(text)).toBe(ms));

test.each([
  [-5, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [23.9 * hour, '23h'],
  [50 * hour, '2d'],
])('%d ms are shown as %s', (ms, text) => expect(shownAge(ms)).toBe(text));

test.each([
  [[], []],
  [['2h'], []],
  [['soon'], ['age "soon": expected a number followed by s, m, h or d, such as 24h']],
])('gc with the words %j has the problems %j', async (words, problems) =>
  expect((await planFor(gcWith(), profile, words)).problems ?? []).toEqual(problems),
);

describe('of runs', () => {
  const now = Date.parse('2026-01-02T12:00:00Z');
  const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
  const object = (kind: string, run: string, minutes: number, more: object = {}): Manifest => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: `${run}-${kind}`, labels: { 'firesteel/run': run }, creationTimestamp: ago(minutes), ...more },
  });
  const driver = (run: string, minutes: number, status: object): Manifest => ({
    ...object('Pod', run, minutes),
    metadata: {
      name: `${run}-driver`,
      labels: { 'firesteel/run': run, 'spark-role': 'driver' },
      creationTimestamp: ago(minutes),
    },
    status,
  });
  const ended = (minutes: number) => ({
    containerStatuses: [
      { name: 'spark-kubernetes-driver', state: { terminated: { exitCode: 1, finishedAt: ago(minutes) } } },
    ],
  });
  /** A driver that its node evicted, and that has no state of a container. */
  const evicted = (minutes: number) => ({
    phase: 'Failed',
    reason: 'Evicted',
    conditions: [
      { type: 'DisruptionTarget', status: 'True', lastTransitionTime: ago(minutes) },
      { type: 'PodScheduled', status: 'True', lastTransitionTime: ago(900) },
    ],
  });
  const removed = (objects: Manifest[], minutes: number): string[] =>
    leftovers(objects, minutes * 60_000, now).map(({ metadata }) => metadata.name);

  test.each<[string, Manifest[], number, string[]]>([
    ['executors of a lost driver', [object('Pod', 'a', 90)], 60, ['a-Pod']],
    ['a claim of a lost driver', [object('PersistentVolumeClaim', 'a', 90)], 60, ['a-PersistentVolumeClaim']],
    ['nothing younger than that', [object('Pod', 'a', 30)], 60, []],
    ['nothing that goes already', [object('Pod', 'a', 90, { deletionTimestamp: ago(1) })], 60, []],
    ['nothing of a submit under way, whatever the age', [object('ConfigMap', 'a', 0.5)], 0, []],
    ['nothing of an active run', [driver('a', 900, { phase: 'Running' }), object('Pod', 'a', 900)], 60, []],
    [
      'a driver that ended that long ago',
      [driver('a', 900, ended(90)), object('Service', 'a', 900)],
      60,
      ['a-driver', 'a-Service'],
    ],
    ['nothing of one that was evicted just now', [driver('a', 900, evicted(1))], 60, []],
    ['one that was evicted that long ago', [driver('a', 900, evicted(90))], 60, ['a-driver']],
    ['nothing of one that ended just now', [driver('a', 900, ended(5)), object('Service', 'a', 900)], 60, []],
  ])('gc removes %s', (_, objects, minutes, names) => expect(removed(objects, minutes)).toEqual(names));
});

describe('of stores of images', () => {
  const folder = ownFolderOfEach({ XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' });

  test('the one that a cluster shares stays', async () => {
    for (const name of ['used', 'left']) mkdirSync(cachePath('stores', `${name}-111111111111`), { recursive: true });
    for (const name of ['used', 'left']) writeFileSync(cachePath('stores', `${name}-111111111111`, 'sum'), '');
    linkSync(cachePath('stores', 'used-111111111111', 'sum'), join(folder(), 'of-a-node'));
    await runTask(gcWith(), contextOf(memoryKube([]).kube), ['0s']);
    expect(readdirSync(cachePath('stores'))).toEqual(['used-111111111111']);
  });
});

describe('of a cluster', () => {
  ownFolderOfEach({ XDG_DATA_HOME: '', XDG_CACHE_HOME: '' });
  const leftover = () =>
    memoryKube([inCluster(pod('driver', { terminated: { exitCode: 3, finishedAt } }, { phase: 'Failed' }), run)]);
  const finishedAt = '2020-11-21T15:00:05Z';

  test('gc --cache leaves every run alone', async () => {
    const { kube, changes } = leftover();
    await runTask(gcWith({ cache: true }), contextOf(kube), ['0s']);
    expect(changes).toEqual([]);
  });

  test.each([
    ['absent', 'there is no cluster'],
    ['stopped', 'the cluster is stopped'],
  ] as const)('that is %s gc asks nothing', async (state, reason) => {
    const { kube } = memoryKube([]);
    const context = contextOf({ ...kube, list: () => Promise.reject(new Error('no answer')) });
    const status = async () => ({ state, detail: '', components: [] });
    const { skipped } = await runTask(gcWith(), { ...context, cluster: { ...context.cluster, status } }, ['0s']);
    expect(skipped).toContain(reason);
  });
});

describe('of a run that nobody followed', () => {
  const _data = ownFolderOfEach({ XDG_DATA_HOME: '', XDG_CACHE_HOME: '' });
  beforeEach(() => writeRecord(run));

  const finishedAt = '2020-11-21T15:00:05Z';
  const done = () =>
    memoryKube([inCluster(pod('driver', { terminated: { exitCode: 3, finishedAt } }, { phase: 'Failed' }), run)], {
      'pi-1-driver': ['last words'],
    });
  test('logs, specs and exit code are kept before it is removed', async () => {
    const { kube, changes } = done();
    await runTask(gcWith(), contextOf(kube), []);
    expect(changes).toEqual(['remove Pod pi-1-driver']);
    expect(readLog(runFolder(run.id), 'driver')).toEqual(['last words']);
    expect(keptPods(runFolder(run.id))).toHaveLength(1);
    expect(readRun(runFolder(run.id))).toEqual({ ...run, exitCode: 3, finishedAt });
  });

  test('a dry run only reports it', async () => {
    const { kube, changes } = done();
    const lines = await planned(gcWith(), contextOf(kube), []);
    expect(lines).toContain(`  keep logs and specs of pi-1 in ${runFolder(run.id)}`);
    expect(changes).toEqual([]);
    expect(readdirSync(runFolder(run.id))).toEqual(['run.json']);
  });

  test("of another profile's nothing is kept in its folder", async () => {
    const { kube } = done();
    await runTask(gcWith(), contextOf(kube, 'gke'), []);
    expect(readRun(runFolder(run.id))).toEqual(run);
    expect(readdirSync(runFolder(run.id))).toEqual(['run.json']);
  });
});
