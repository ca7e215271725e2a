// Values of properties as Spark reads them: booleans in any case, and lists of names.
import { expect, test } from 'vitest';
import { executorCount, isDynamic } from '../../../tasks/spark/conf.ts';
import { isTrue, pullSecretNames } from '../../../tasks/spark/values.ts';
import { driverVolumes, localDirs } from '../../../tasks/spark/volumes.ts';

test.each([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  [' true ', true],
  ['false', false],
  ['False', false],
  ['yes', false],
  ['1', false],
  ['', false],
  [undefined, false],
])('%j is true: %s', (value, expected) => expect(isTrue(value)).toBe(expected));

test.each([
  ['True', true],
  ['False', false],
])('a job with spark.dynamicAllocation.enabled: %s is dynamic: %s', (enabled, expected) => {
  const conf = { 'spark.dynamicAllocation.enabled': enabled, 'spark.dynamicAllocation.minExecutors': '3' };
  expect(isDynamic(conf)).toBe(expected);
  expect(executorCount(conf)).toBe(expected ? 3 : 2);
});

test.each([
  ['True', true],
  ['False', false],
])('a volume with mount.readOnly: %s is mounted read-only: %s', (given, readOnly) => {
  const volume = 'spark.kubernetes.driver.volumes.persistentVolumeClaim.d';
  const { volumes, mounts } = driverVolumes({
    [`${volume}.mount.path`]: '/d',
    [`${volume}.mount.readOnly`]: given,
    [`${volume}.options.claimName`]: 'c',
  });
  expect(volumes).toEqual([{ name: 'd', persistentVolumeClaim: { claimName: 'c', readOnly } }]);
  expect(mounts).toMatchObject([{ readOnly }]);
});

test.each([
  ['True', { medium: 'Memory' }],
  ['False', {}],
])('scratch folders with tmpfs: %s are %j', (given, emptyDir) =>
  expect(
    localDirs({ 'spark.kubernetes.local.dirs.tmpfs': given }, { volumes: [], mounts: [] }, '/x').volumes,
  ).toMatchObject([{ emptyDir }]),
);

test.each([
  [undefined, []],
  ['', []],
  ['a', ['a']],
  ['a, b,,a ', ['a', 'b']],
])('secrets %j are %j', (given, names) =>
  expect(pullSecretNames(given === undefined ? {} : { 'spark.kubernetes.container.image.pullSecrets': given })).toEqual(
    names,
  ),
);
