// Spark's configuration of sessions in a notebook server.
import { expect, test } from 'vitest';
import { sessionProperties } from '../../../../tasks/notebooks/server/conf.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const properties = async (...set: string[]) =>
  sessionProperties(await readProfile('local', set), 'spark:1', 'notebook');

test('a session is a driver in client mode, found by the name of the service at ports that give way', async () => {
  const pod = '$' + '{env:POD_NAME}';
  expect(await properties('namespace=school')).toMatchObject({
    'spark.submit.deployMode': 'client',
    'spark.driver.host': 'notebook.school.svc',
    'spark.driver.port': '7100',
    'spark.driver.blockManager.port': '7200',
    'spark.port.maxRetries': '15',
    'spark.kubernetes.driver.pod.name': pod,
  });
});

test('executors come with the work, and idle ones go with their shuffle files', async () => {
  expect(await properties('notebook.executorIdleTimeout=30s')).toMatchObject({
    'spark.dynamicAllocation.enabled': 'true',
    'spark.dynamicAllocation.minExecutors': '0',
    'spark.dynamicAllocation.executorIdleTimeout': '30s',
    'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
    'spark.dynamicAllocation.shuffleTracking.timeout': '30s',
  });
});

test("the profile's own allocation holds", async () => {
  const set = ['dynamicAllocation.enabled=true', 'dynamicAllocation.minExecutors=2'];
  expect(await properties(...set, 'dynamicAllocation.executorIdleTimeout=5min')).toMatchObject({
    'spark.dynamicAllocation.minExecutors': '2',
    'spark.dynamicAllocation.executorIdleTimeout': '5min',
    'spark.decommission.enabled': 'true',
  });
});

test('properties of the profile apply, except those that client mode needs', async () => {
  const conf = ['spark.executor.memory=2g', 'spark.port.maxRetries=0', 'spark.dynamicAllocation.enabled=false'];
  expect(await properties(...conf.map((one) => `spark.conf.${one}`))).toMatchObject({
    'spark.executor.memory': '2g',
    'spark.port.maxRetries': '15',
    'spark.dynamicAllocation.enabled': 'false',
  });
});
