// Executors that come, go and move: what the profile's keys become, and which of them contradict another.
import { expect, test } from 'vitest';
import { readJob } from '../../../tasks/jobs/job.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { executorCount } from '../../../tasks/spark/conf.ts';
import type { PodSpec } from '../../../tasks/spark/pod.ts';
import { newRunId, runNames } from '../../../tasks/spark/run-names.ts';
import { runObjects } from '../../../tasks/submission/run-objects.ts';

/** A run's properties, its driver and the template of its executors. */
async function runWith(sets: string[], profile = 'local', conf: Record<string, string> = {}) {
  const job = { ...readJob(['pi']), conf };
  const { properties, pod, beside } = runObjects({
    job,
    profile: await readProfile(profile, sets),
    image: 'spark:x',
    names: runNames(newRunId('pi')),
    user: 'me',
  });
  const texts = beside.map(({ data }) => (data as Record<string, string> | undefined)?.['podspec-configmap-key']);
  const executor = (JSON.parse(texts.find(Boolean) ?? '') as { spec: PodSpec }).spec;
  return { properties, driver: pod.spec, executor };
}

const elastic = (properties: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(properties).filter(([key]) => /dynamicAllocation|decommission|executor\.instances/.test(key)),
  );

test('without any of the keys a run has two executors and nothing of this', async () => {
  const { properties, driver, executor } = await runWith([]);
  expect(elastic(properties)).toEqual({ 'spark.executor.instances': '2' });
  expect(driver).not.toHaveProperty('affinity');
  expect(Object.keys(executor)).not.toContain('nodeSelector');
  expect(Object.keys(executor)).not.toContain('terminationGracePeriodSeconds');
});

test('with dynamic allocation executors hand over their shuffle files', async () => {
  const { properties, executor } = await runWith([
    'dynamicAllocation.enabled=true',
    'dynamicAllocation.maxExecutors=5',
    'dynamicAllocation.executorIdleTimeout=20s',
  ]);
  expect(elastic(properties)).toEqual({
    'spark.dynamicAllocation.enabled': 'true',
    'spark.dynamicAllocation.shuffleTracking.enabled': 'false',
    'spark.dynamicAllocation.minExecutors': '1',
    'spark.dynamicAllocation.maxExecutors': '5',
    'spark.dynamicAllocation.initialExecutors': '1',
    'spark.dynamicAllocation.executorIdleTimeout': '20s',
    'spark.dynamicAllocation.schedulerBacklogTimeout': '1s',
    'spark.decommission.enabled': 'true',
    'spark.storage.decommission.enabled': 'true',
    'spark.storage.decommission.shuffleBlocks.enabled': 'true',
    'spark.storage.decommission.rddBlocks.enabled': 'true',
  });
  expect(executor['terminationGracePeriodSeconds']).toBe(90);
  expect(properties['spark.kubernetes.executor.terminationGracePeriodSeconds']).toBe('90');
});

test.each(['decommission.enabled=false', 'spark.conf.spark.decommission.enabled=false'])(
  'executors that hand nothing over are kept for their shuffle files: %s',
  async (set) => {
    const { properties } = await runWith(['dynamicAllocation.enabled=true', set]);
    expect(properties['spark.decommission.enabled']).not.toBe('true');
    expect(properties).not.toHaveProperty(['spark.storage.decommission.enabled']);
    expect(properties['spark.dynamicAllocation.shuffleTracking.enabled']).toBe('true');
  },
);

test('a job that turns off the handover keeps executors with shuffle files', async () => {
  const { properties, executor } = await runWith(['dynamicAllocation.enabled=true'], 'local', {
    'spark.decommission.enabled': 'false',
  });
  expect(elastic(properties)).toMatchObject({
    'spark.decommission.enabled': 'false',
    'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
  });
  expect(properties).not.toHaveProperty(['spark.storage.decommission.enabled']);
  expect(executor).not.toHaveProperty('terminationGracePeriodSeconds');
});

test.each([
  ['True', '90'],
  ['False', undefined],
])('a job with spark.decommission.enabled: %s has a grace period of %s', async (given, seconds) => {
  const { properties, executor } = await runWith([], 'local', { 'spark.decommission.enabled': given });
  expect(properties['spark.decommission.enabled']).toBe(given);
  expect(properties['spark.kubernetes.executor.terminationGracePeriodSeconds']).toBe(seconds);
  expect(executor['terminationGracePeriodSeconds']).toBe(seconds && Number(seconds));
});

test("the job's properties win where they are the very same, and the profile's over both", async () => {
  const { properties } = await runWith(
    ['dynamicAllocation.enabled=true', 'spark.conf.spark.dynamicAllocation.executorIdleTimeout=7s'],
    'local',
    { 'spark.dynamicAllocation.maxExecutors': '3', 'spark.dynamicAllocation.executorIdleTimeout': '9s' },
  );
  expect(properties).toMatchObject({
    'spark.dynamicAllocation.maxExecutors': '3',
    'spark.dynamicAllocation.executorIdleTimeout': '7s',
  });
});

test.each([
  [{}, 2],
  [{ 'spark.executor.instances': '4' }, 4],
  [{ 'spark.dynamicAllocation.enabled': 'true' }, 0],
  [{ 'spark.dynamicAllocation.enabled': 'true', 'spark.executor.instances': '4' }, 4],
  [{ 'spark.dynamicAllocation.enabled': 'true', 'spark.dynamicAllocation.minExecutors': '3' }, 3],
  [
    {
      'spark.dynamicAllocation.enabled': 'true',
      'spark.dynamicAllocation.minExecutors': '1',
      'spark.dynamicAllocation.initialExecutors': '2',
    },
    2,
  ],
])('a run with %j asks for %d executors at its start', (properties, expected) =>
  expect(executorCount(properties)).toBe(expected),
);

const gke = ['gke.project=p-12345'];

test('on GKE executors run on spot nodes, and the driver does not', async () => {
  const { driver, executor, properties } = await runWith([...gke, 'spot.enabled=true'], 'gke');
  expect(executor.nodeSelector).toEqual({ 'cloud.google.com/gke-spot': 'true' });
  expect(executor['tolerations']).toEqual([
    { key: 'cloud.google.com/gke-spot', operator: 'Equal', value: 'true', effect: 'NoSchedule' },
  ]);
  expect(driver['affinity']).toEqual({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'cloud.google.com/gke-spot', operator: 'NotIn', values: ['true'] }] },
        ],
      },
    },
  });
  expect(properties['spark.decommission.enabled']).toBe('true');
});

test('on other clusters labels and taints come from the profile', async () => {
  const { executor, driver } = await runWith([
    'spot.enabled=true',
    'spot.nodeSelector.eks.amazonaws.com/capacityType=SPOT',
    'spot.taints=[cheap:NoSchedule, kind=spot:NoExecute]',
  ]);
  expect(executor.nodeSelector).toEqual({ 'eks.amazonaws.com/capacityType': 'SPOT' });
  expect(executor['tolerations']).toEqual([
    { key: 'cheap', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'kind', operator: 'Equal', value: 'spot', effect: 'NoExecute' },
  ]);
  expect(JSON.stringify(driver['affinity'])).toContain('"NotIn","values":["SPOT"]');
});

test.each<[string, string, string[], string]>([
  [
    'a fixed number of executors',
    'local',
    ['dynamicAllocation.enabled=true', 'spark.conf.spark.executor.instances=3'],
    'contradicts dynamicAllocation.enabled: set dynamicAllocation.initialExecutors instead',
  ],
  [
    'a least number above the most',
    'local',
    ['dynamicAllocation.enabled=true', 'dynamicAllocation.minExecutors=9'],
    'expected at most maxExecutors, 8, got 9',
  ],
  [
    'a first number outside of both',
    'local',
    ['dynamicAllocation.enabled=true', 'dynamicAllocation.initialExecutors=0'],
    'expected 1 to 8, got 0',
  ],
  [
    'a time without a unit',
    'local',
    ['dynamicAllocation.executorIdleTimeout=60'],
    'expected a time such as 60s or 5min',
  ],
  ['spot nodes of DigitalOcean', 'digitalocean', ['spot.enabled=true'], 'DigitalOcean has no spot nodes'],
  [
    'spot nodes that nobody knows',
    'local',
    ['spot.enabled=true'],
    'firesteel does not know the spot nodes of cluster: local: name their labels in spot.nodeSelector',
  ],
  [
    'spot nodes where every node is one',
    'gke',
    [...gke, 'gke.spot=true', 'spot.enabled=true'],
    'with gke.spot every node is a spot machine, and drivers avoid those: set only one of the two',
  ],
  [
    'a taint that is none',
    'gke',
    [...gke, 'spot.enabled=true', 'spot.taints=[spot]'],
    'expected a taint such as key=value:NoSchedule',
  ],
])('%s is refused', async (_, profile, sets, message) => {
  await expect(readProfile(profile, sets)).rejects.toThrow(message);
});

test('--num-executors is the initial number of executors', async () => {
  const profile = await readProfile('local', ['dynamicAllocation.enabled=true']);
  const conf = { ...profile.spark.conf, 'spark.executor.instances': '4' };
  const { properties } = runObjects({
    job: readJob(['pi']),
    profile: { ...profile, spark: { ...profile.spark, conf } },
    image: 'spark:x',
    names: runNames(newRunId('pi')),
    user: 'me',
  });
  expect(executorCount(properties)).toBe(4);
});
