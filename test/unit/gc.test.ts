// Ages as words, and what of the cache is old enough and needed by nobody.
import { linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseAge, shownAge } from '../../tasks/core/age.ts';
import { oldFiles } from '../../tasks/core/files/cache-expiry.ts';
import { cachePath } from '../../tasks/core/paths.ts';
import { gc } from '../../tasks/gc.ts';
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
  expect((await planFor(gc, profile, words)).problems ?? []).toEqual(problems),
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

describe('of the cache', () => {
  const now = 1_000 * hour;
  /** Paths with their ages in hours; process 7 is alive. */
  const old = (ages: Record<string, number>) =>
    oldFiles(
      Object.entries(ages).map(([path, age]) => ({ path: `/c/${path}`, modified: now - age * hour })),
      24 * hour,
      now,
      (pid) => pid === 7,
    ).map((path) => path.slice('/c/'.length));

  test('the newest archive of each kind stays, however old it is', () =>
    expect(
      old({
        'images/spark-4.3.0-aaaaaaaaaaaa.tar': 100,
        'images/spark-4.3.0-bbbbbbbbbbbb.tar': 90,
        'images/spark-3.5.9-cccccccccccc.tar': 200,
        'images/system-dddddddddddd.tar': 30,
        'images/system-_c_node_dc89be8a8168.tar': 60,
        'images/probe.tar': 500,
      }),
    ).toEqual(['images/spark-4.3.0-aaaaaaaaaaaa.tar', 'images/system-_c_node_dc89be8a8168.tar']));

  test('an archive that is younger than the age stays, too', () =>
    expect(old({ 'images/spark-4.3.0-aaaaaaaaaaaa.tar': 23, 'images/spark-4.3.0-bbbbbbbbbbbb.tar': 1 })).toEqual([]));

  test('the newest archive of job images stays, in addition to that of the Spark image', () =>
    expect(
      old({
        'images/spark-4.3.0-aaaaaaaaaaaa.tar': 100,
        'images/spark-4.3.0-aaaaaaaaaaaa-111111111111.tar': 90,
        'images/spark-4.3.0-aaaaaaaaaaaa-222222222222.tar': 80,
        'images/spark-4.3.0-aaaaaaaaaaaa-111111111111': 70,
        'images/spark-4.3.0-bbbbbbbbbbbb-333333333333': 65,
        'images/spark-4.3.0-bbbbbbbbbbbb-333333333333.tar': 85,
      }),
    ).toEqual([
      'images/spark-4.3.0-aaaaaaaaaaaa-111111111111.tar',
      'images/spark-4.3.0-aaaaaaaaaaaa-111111111111',
      'images/spark-4.3.0-bbbbbbbbbbbb-333333333333.tar',
    ]));

  test('packages and data of jobs that nothing has used for that time are removed', () =>
    expect(
      old({
        'layers/python-aaaaaaaaaaaa': 30,
        'layers/jars-bbbbbbbbbbbb': 20,
        'data/fashion-mnist-aaaaaaaaaaaa': 30,
        'data/own-bbbbbbbbbbbb': 20,
      }),
    ).toEqual(['layers/python-aaaaaaaaaaaa', 'data/fashion-mnist-aaaaaaaaaaaa']));

  test('stores of images that no cluster has started from for that time are removed', () =>
    expect(
      old({
        'stores/spark-4.3.0-aaaaaaaaaaaa-111111111111': 30,
        'stores/spark-4.3.0-aaaaaaaaaaaa-222222222222': 20,
        'stores/system-aaaaaaaaaaaa-333333333333': 30,
      }),
    ).toEqual(['stores/spark-4.3.0-aaaaaaaaaaaa-111111111111', 'stores/system-aaaaaaaaaaaa-333333333333']));

  test('scripts of notebooks are removed, and their converter stays', () =>
    expect(old({ 'notebooks/aaaaaaaaaaaa': 30, 'notebook/python3.11-aaaaaaaaaaaa': 30 })).toEqual([
      'notebooks/aaaaaaaaaaaa',
    ]));

  test.each([
    ['notebook/python3.11-aaaaaaaaaaaa.8', true],
    ['images/spark-4.3.0-aaaaaaaaaaaa-111111111111.tar.8', true],
    ['layers/python-aaaaaaaaaaaa.8', true],
    ['layers/python-aaaaaaaaaaaa.7', false],
    ['layers/build.8', true],
    ['data/fashion-mnist-aaaaaaaaaaaa.8', true],
    ['images/spark-4.3.0-aaaaaaaaaaaa.tar.8', true],
    ['images/spark-4.3.0-aaaaaaaaaaaa.tar.7', false],
    ['images/.tmp-spark-4.3.0-aaaaaaaaaaaa.tar.206403492550855', true],
    ['base/af94231bd002.tar.8', true],
    ['spark/4.3.0-98d99e5c1c80.8', true],
    ['spark/4.3.0-98d99e5c1c80.7', false],
    ['tools/cri-dockerd.8', true],
    ['node/dc89be8a8168.8', true],
    ['stores/spark-4.3.0-aaaaaaaaaaaa-111111111111.8', true],
    ['stores/spark-4.3.0-aaaaaaaaaaaa-111111111111.7', false],
    ['spark/4.3.0-98d99e5c1c80', false],
    ['tools/kubectl', false],
    ['tools/v1.36.3', false],
    ['tools/helm-4.0.1', false],
    ['node/dc89be8a8168', false],
  ])('work in %s that nobody does any more is removed: %s', (path, isRemoved) =>
    expect(old({ [path]: 30 })).toEqual(isRemoved ? [path] : []),
  );

  test('work that was interrupted a moment ago stays', () => expect(old({ 'base/af94231bd002.tar.8': 1 })).toEqual([]));
});

describe('of stores of images', () => {
  const folder = ownFolderOfEach({ XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' });

  test('the one that a cluster shares stays', async () => {
    for (const name of ['used', 'left']) mkdirSync(cachePath('stores', `${name}-111111111111`), { recursive: true });
    for (const name of ['used', 'left']) writeFileSync(cachePath('stores', `${name}-111111111111`, 'sum'), '');
    linkSync(cachePath('stores', 'used-111111111111', 'sum'), join(folder(), 'of-a-node'));
    await runTask(gc, contextOf(memoryKube([]).kube), ['0s']);
    expect(readdirSync(cachePath('stores'))).toEqual(['used-111111111111']);
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
    await runTask(gc, contextOf(kube), []);
    expect(changes).toEqual(['remove Pod pi-1-driver']);
    expect(readLog(runFolder(run.id), 'driver')).toEqual(['last words']);
    expect(keptPods(runFolder(run.id))).toHaveLength(1);
    expect(readRun(runFolder(run.id))).toEqual({ ...run, exitCode: 3, finishedAt });
  });

  test('a dry run only reports it', async () => {
    const { kube, changes } = done();
    const lines = await planned(gc, contextOf(kube), []);
    expect(lines).toContain(`  keep logs and specs of pi-1 in ${runFolder(run.id)}`);
    expect(changes).toEqual([]);
    expect(readdirSync(runFolder(run.id))).toEqual(['run.json']);
  });

  test("of another profile's nothing is kept in its folder", async () => {
    const { kube } = done();
    await runTask(gc, contextOf(kube, 'gke'), []);
    expect(readRun(runFolder(run.id))).toEqual(run);
    expect(readdirSync(runFolder(run.id))).toEqual(['run.json']);
  });
});
