// What of the cache is old enough and needed by nobody.
import { expect, test } from 'vitest';
import { oldFiles } from '../../../../tasks/core/files/cache-expiry.ts';

const hour = 3_600_000;
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
