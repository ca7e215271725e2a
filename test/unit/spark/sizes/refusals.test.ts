// Sizes that someone chose: what can never fit is refused with words that do, what has to wait says for whom.
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { choose, coreDns, limitRange, node, oneCore, pod, quota, roomOf, run, twoCores } from './rooms.ts';

describe('chosen sizes that can never fit are refused with flags that fit', () => {
  const cpu = 'spark.kubernetes.executor.request.cores';

  test.each<[string, Manifest[], Record<string, string>, string, string, object?]>([
    [
      'a pod larger than the node',
      [oneCore, coreDns],
      { [cpu]: '1' },
      'an executor requests 1 cpu; no node has more than 900m cpu for pods',
      `--set spark.conf.${cpu}=150m`,
    ],
    [
      'pods that do not fit together',
      [twoCores, coreDns],
      { [cpu]: '1', 'spark.kubernetes.driver.request.cores': '1' },
      'driver (1 cpu and 896 MiB memory), 1 executor (1 cpu and 896 MiB memory): too much for node-1, with 1.9 cpu and 23.9 GiB memory for pods',
      `--set spark.conf.${cpu}=200m`,
    ],
    [
      'memory',
      [twoCores, coreDns],
      { 'spark.driver.memory': '20g' },
      'the driver requests 28 GiB memory; no node has more than 23.9 GiB memory for pods',
      '--set spark.conf.spark.driver.memory=1g',
    ],
    [
      'cores that no node has',
      [twoCores, coreDns],
      { 'spark.executor.cores': '4' },
      'an executor requests 4 cores; no node has as many',
      `--set spark.conf.${cpu}=300m`,
    ],
    [
      'too many executors',
      [twoCores, coreDns],
      { 'spark.executor.instances': '50' },
      'driver (100m cpu and 896 MiB memory), 50 executors (100m cpu and 896 MiB memory each): too much for node-1, with 1.9 cpu and 23.9 GiB memory for pods',
      '--num-executors 18',
    ],
    [
      'too many executors to begin with',
      [twoCores, coreDns],
      {},
      'driver (100m cpu and 896 MiB memory), 40 executors (100m cpu and 896 MiB memory each): too much for node-1, with 1.9 cpu and 23.9 GiB memory for pods',
      '--set spark.conf.spark.dynamicAllocation.minExecutors=18 --set spark.conf.spark.dynamicAllocation.initialExecutors=18',
      { dynamicAllocation: { enabled: true, minExecutors: 40, maxExecutors: 50 } },
    ],
    [
      'more than the quota',
      [node('node-1', '8', '32Gi'), quota({ 'requests.memory': '2Gi' })],
      { 'spark.executor.memory': '2g' },
      'the driver and 1 executor request 3763 MiB requests.memory; quota team allows 2 GiB requests.memory',
      '--set spark.conf.spark.executor.memory=640m',
    ],
    [
      'more than the LimitRange',
      [twoCores, limitRange({ max: { memory: '1Gi' } })],
      { 'spark.executor.memory': '1g' },
      "an executor requests 1433 MiB memory; the namespace's LimitRange allows at most 1 GiB memory",
      '--set spark.conf.spark.executor.memory=640m',
    ],
    [
      'less than the LimitRange',
      [twoCores, limitRange({ min: { cpu: '300m' } })],
      { [cpu]: '100m' },
      "an executor requests 100m cpu; the namespace's LimitRange allows at least 300m cpu",
      `--set spark.conf.${cpu}=300m`,
    ],
  ])('%s', async (_, objects, conf, cause, words, keys = {}) => {
    const room = await roomOf(objects);
    expect(() => choose(room, conf, keys)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `job count does not fit: ${cause}`,
        hint: `this fits: ${words}`,
      }),
    );
    const pairs = [...words.matchAll(/--set spark\.conf\.(\S+?)=(\S+)|--num-executors (\d+)/g)];
    const said = pairs.map(([, key = 'spark.executor.instances', value, count]) => [key, value ?? count]);
    expect(() => choose(room, { ...conf, ...Object.fromEntries(said) }, keys)).not.toThrow();
  });

  test.each<[string, Manifest[], Record<string, string>, string]>([
    [
      'a node without room for the least',
      [node('node-1', '2', '1500Mi'), coreDns],
      {},
      'add nodes, or use larger ones',
    ],
    [
      'a device that no node has',
      [twoCores],
      { 'spark.executor.resource.gpu.amount': '1', 'spark.executor.resource.gpu.vendor': 'nvidia.com' },
      'add a node that has nvidia.com/gpu',
    ],
    [
      'memory on a node with a taint',
      [twoCores, node('node-2', '8', '64Gi', { spec: { taints: [{ key: 'team', effect: 'NoSchedule' }] } })],
      { 'spark.executor.memory': '40g', 'spark.executor.instances': '1', 'spark.executor.memoryOverhead': '1g' },
      'this fits: --set spark.conf.spark.executor.memory=1g',
    ],
    [
      'a quota without room for the least',
      [twoCores, quota({ 'requests.memory': '1Gi' })],
      {},
      'raise quota team, or choose another namespace',
    ],
  ])('%s: no words help, and the cure says what does', async (_, objects, conf, hint) => {
    const room = await roomOf(objects);
    expect(() => choose(room, conf)).toThrow(expect.objectContaining({ exitCode: 2, hint }));
  });
});

describe('sizes that fit, but not next to running pods', () => {
  test.each(['notebook', 'connect'])(
    'is submitted, and a %s server that holds what it needs is said with what ends it',
    async (verb) => {
      const server = pod(
        `${verb}-x`,
        'node-1',
        { cpu: '1' },
        { labels: { [`firesteel/${verb}`]: `${verb}-ann`, 'spark-role': 'driver' } },
      );
      const { lines } = choose(await roomOf([twoCores, coreDns, ...run('a', '250m'), server]), {
        'spark.kubernetes.driver.request.cores': '500m',
      });
      expect(lines.slice(1)).toEqual([
        `there is no room for the driver yet: ${verb}-ann holds 1 cpu, run a 750m, Kubernetes itself 100m`,
        `wait for them to end, or end one: firesteel ${verb} down --name ann · firesteel kill a`,
      ]);
    },
  );

  test.each<[string, Manifest[], string, string]>([
    [
      'pods of others that are too many for the node',
      [
        { ...twoCores, status: { ...twoCores.status, allocatable: { cpu: '4', memory: '24Gi', pods: '4' } } },
        ...run('a', '100m'),
      ],
      '0 of 2 executors fit now: run a holds 3 pods',
      'wait for them to end, or end one: firesteel kill a',
    ],
    [
      'a node that is cordoned',
      [{ ...twoCores, spec: { unschedulable: true } }],
      'there is no room for the driver yet: node node-1 is cordoned',
      'let the node take pods again: kubectl uncordon node-1',
    ],
    [
      'a node that is not ready',
      [{ ...twoCores, status: { ...twoCores.status, conditions: [{ type: 'Ready', status: 'Unknown' }] } }],
      'there is no room for the driver yet: node node-1 is not ready',
      'check the nodes: firesteel status',
    ],
  ])('waits for %s', async (_, objects, why, cure) =>
    expect(choose(await roomOf(objects)).lines.slice(1)).toEqual([why, cure]),
  );

  test('begins with the executors that find room', async () => {
    const { lines } = choose(await roomOf([twoCores, coreDns, ...run('a', '300m')]), {
      'spark.kubernetes.executor.request.cores': '500m',
      'spark.executor.instances': '2',
    });
    expect(lines[1]).toBe('1 of 2 executors fit now: run a holds 900m cpu, Kubernetes itself 100m');
  });
});
