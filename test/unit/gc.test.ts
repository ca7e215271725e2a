// Ages as words, and what of the cache is old enough and needed by nobody.
import { describe, expect, test } from 'vitest';
import { gc } from '../../tasks/gc.ts';
import { parseAge, shownAge } from '../../tasks/lib/age.ts';
import { oldFiles } from '../../tasks/lib/old-files.ts';
import { profileSchema } from '../../tasks/lib/schema.ts';
import type { Cluster, Exec } from '../../tasks/lib/types.ts';

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };
const read: Exec = async () => '';
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
  [['soon'], ['age "soon": not a number with s, m, h or d behind it, such as 24h']],
  [['2h', 'now'], ['"now": there is one age only']],
])('gc with the words %j has the problems %j', async (words, problems) =>
  expect(await gc.problems?.(profile, words, {} as Cluster, read)).toEqual(problems),
);

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

  test('an archive that is younger than that stays too', () =>
    expect(old({ 'images/spark-4.3.0-aaaaaaaaaaaa.tar': 23, 'images/spark-4.3.0-bbbbbbbbbbbb.tar': 1 })).toEqual([]));

  test.each([
    ['images/spark-4.3.0-aaaaaaaaaaaa.tar.8', true],
    ['images/spark-4.3.0-aaaaaaaaaaaa.tar.7', false],
    ['images/.tmp-spark-4.3.0-aaaaaaaaaaaa.tar.206403492550855', true],
    ['base/af94231bd002.tar.8', true],
    ['spark/4.3.0-98d99e5c1c80.8', true],
    ['spark/4.3.0-98d99e5c1c80.7', false],
    ['tools/cri-dockerd.8', true],
    ['node/dc89be8a8168.8', true],
    ['spark/4.3.0-98d99e5c1c80', false],
    ['tools/kubectl', false],
    ['tools/v1.36.3', false],
    ['tools/helm-4.0.1', false],
    ['node/dc89be8a8168', false],
  ])('work in %s that nobody does any more is removed: %s', (path, isRemoved) =>
    expect(old({ [path]: 30 })).toEqual(isRemoved ? [path] : []),
  );

  test('work that was cut off a moment ago is left alone', () =>
    expect(old({ 'base/af94231bd002.tar.8': 1 })).toEqual([]));
});
