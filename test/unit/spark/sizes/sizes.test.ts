// Sizes of runs: what is chosen from what is free, and what is said of that.
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { choose, coreDns, limitRange, node, oneCore, pod, quota, roomOf, run, twoCores } from './rooms.ts';

/** Shorter names of what is chosen. */
const short = (chosen: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(chosen).map(([key, value]) => [
      key
        .replace(/^spark\.(kubernetes\.)?/, '')
        .replace(/\.cores$/, '')
        .replace('executor.instances', 'executors'),
      value,
    ]),
  );

const request = (cpu: string, executors = cpu) => ({ 'driver.request': cpu, 'executor.request': executors });
const memory = (heap: string) => ({ 'driver.memory': heap, 'executor.memory': heap });

describe('sizes that nobody chose', () => {
  test.each<[string, Manifest[], Record<string, string>, Record<string, string>?, object?]>([
    ['leave half of two cores to another run', [twoCores, coreDns], request('300m')],
    ['fit beside a run', [twoCores, coreDns, ...run('a', '300m')], request('150m')],
    ['are the least where less than that is free', [twoCores, coreDns, ...run('a', '500m')], request('100m')],
    ['fit on one core', [oneCore, coreDns], request('150m')],
    [
      'are of one executor where two find no room',
      [twoCores, coreDns, ...run('a', '550m')],
      { executors: '1', ...request('100m') },
    ],
    [
      'take less memory where the node has less',
      [node('node-1', '2', '3500Mi'), coreDns],
      { ...memory('640m'), ...request('300m') },
    ],
    [
      'leave out nodes with Windows, which run no image for Linux',
      [
        twoCores,
        coreDns,
        node('windows', '8', '32Gi', { metadata: { name: 'windows', labels: { 'kubernetes.io/os': 'windows' } } }),
      ],
      request('300m'),
    ],
    ["are Spark's own on large nodes", [node('node-1', '8', '32Gi'), coreDns], {}],
    [
      "are Spark's own where nodes are added",
      [{ ...twoCores, metadata: { name: 'a', labels: { 'karpenter.sh/nodepool': 'x' } } }],
      {},
    ],
    [
      "are Spark's own where the Cluster Autoscaler runs",
      [
        twoCores,
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'cluster-autoscaler-status', namespace: 'kube-system' },
        },
      ],
      {},
    ],
    [
      "are Spark's own where no node has the labels yet",
      [twoCores],
      {},
      { 'spark.kubernetes.node.selector.disk': 'ssd' },
    ],
    [
      'count executors that a driver will ask for',
      [
        twoCores,
        coreDns,
        {
          ...(run('a', '300m', '1433Mi', 1)[0] as Manifest),
          metadata: {
            name: 'a-driver',
            labels: { 'firesteel/run': 'a', 'spark-role': 'driver' },
            annotations: { 'firesteel/executors': '{"count":2,"requests":{"cpu":"300m","memory":"1433Mi"}}' },
          },
        },
      ],
      request('150m'),
    ],
    ['count pods that get a node now', [twoCores, coreDns, pod('waiting', undefined, { cpu: '1' })], request('150m')],
    [
      'leave pods out that get no node',
      [
        twoCores,
        coreDns,
        {
          ...pod('waiting', undefined, { cpu: '1' }),
          status: { conditions: [{ type: 'PodScheduled', status: 'False' }] },
        },
      ],
      request('300m'),
    ],
    [
      'count pods of Kubernetes itself that wait for their node to be ready',
      [
        twoCores,
        {
          ...pod('coredns', undefined, { cpu: '1' }, { namespace: 'kube-system' }),
          status: { conditions: [{ type: 'PodScheduled', status: 'False' }] },
        },
      ],
      request('150m'),
    ],
    [
      'count pods of Kubernetes itself that nobody has made yet',
      [
        twoCores,
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'coredns', namespace: 'kube-system' },
          spec: {
            replicas: 1,
            template: { spec: { containers: [{ name: 'coredns', resources: { requests: { cpu: '1' } } }] } },
          },
        },
      ],
      request('150m'),
    ],
    [
      'leave pods out that have ended',
      [twoCores, coreDns, { ...pod('done', 'node-1', { cpu: '1' }), status: { phase: 'Succeeded' } }],
      request('300m'),
    ],
    [
      'leave nodes out that keep pods away',
      [twoCores, coreDns, node('node-2', '8', '32Gi', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } })],
      request('300m'),
    ],
    [
      'leave nodes out that are drained',
      [twoCores, coreDns, node('node-2', '8', '32Gi', { spec: { unschedulable: true } })],
      request('300m'),
    ],
    [
      'take no more than half of a quota',
      [node('node-1', '8', '32Gi'), quota({ 'requests.cpu': '2' }, { 'requests.cpu': '500m' })],
      request('250m'),
    ],
    ['fit into a quota of memory', [node('node-1', '8', '32Gi'), quota({ 'limits.memory': '3Gi' })], memory('640m')],
    [
      'are of one executor in a quota of two pods',
      [node('node-1', '8', '32Gi'), quota({ pods: '2' })],
      { executors: '1' },
    ],
    [
      'have the limits that a quota asks every pod for',
      [node('node-1', '8', '32Gi'), quota({ 'limits.cpu': '2' })],
      { ...request('600m'), 'driver.limit': '650m', 'executor.limit': '650m' },
    ],
    [
      'pass by a quota of other pods',
      [node('node-1', '8', '32Gi'), quota({ pods: '0' }, {}, { scopes: ['BestEffort'] })],
      {},
    ],
    [
      'keep to the limit that a LimitRange gives',
      [node('node-1', '8', '32Gi'), limitRange({ default: { cpu: '500m' } })],
      request('500m'),
    ],
    [
      'keep to the most that a LimitRange allows',
      [node('node-1', '8', '32Gi'), limitRange({ max: { memory: '1Gi', cpu: '750m' } })],
      { ...memory('640m'), ...request('750m') },
    ],
    [
      'reach the least that a LimitRange allows',
      [twoCores, coreDns, limitRange({ min: { memory: '2Gi', cpu: '400m' } })],
      { ...memory('1536m'), ...request('400m') },
    ],
    [
      'keep to a limit that was chosen',
      [node('node-1', '8', '32Gi')],
      { 'executor.request': '500m' },
      { 'spark.kubernetes.executor.limit.cores': '500m' },
    ],
    [
      'leave alone what was chosen of the others',
      [twoCores, coreDns],
      { 'executor.request': '200m', 'executor.memory': '896m' },
      { 'spark.kubernetes.driver.request.cores': '1', 'spark.driver.memory': '15500m' },
    ],
    [
      'request less than the cores that were chosen',
      [twoCores, coreDns],
      request('150m', '300m'),
      { 'spark.executor.cores': '2' },
    ],
    [
      'are for the first executors of dynamic allocation',
      [twoCores, coreDns],
      request('450m'),
      {},
      { dynamicAllocation: { enabled: true } },
    ],
  ])('%s', async (_, objects, chosen, conf = {}, keys = {}) =>
    expect(short(choose(await roomOf(objects), conf, keys).chosen)).toEqual(chosen),
  );

  test('leave room for three runs with two executors each', async () => {
    const objects: Manifest[] = [twoCores, coreDns];
    for (const id of ['a', 'b', 'c']) {
      const { chosen } = choose(await roomOf(objects));
      expect(chosen).not.toHaveProperty(['spark.executor.instances']);
      objects.push(...run(id, chosen['spark.kubernetes.driver.request.cores'] ?? '1'));
    }
  });

  test.each([
    ['the nodes', ['Node']],
    ['whether an autoscaler runs', ['ConfigMap']],
  ])('fit on a node of two cores for people who may not see %s', async (_, forbidden) =>
    expect(short(choose(await roomOf([twoCores, coreDns], forbidden)).chosen)).toEqual(request('500m')),
  );

  test('fit next to pods of the own namespace for users who may see no other namespace', async () => {
    const room = await roomOf([twoCores, ...run('a', '300m')], ['all pods']);
    expect(short(choose(room).chosen)).toEqual(request('150m'));
  });

  test('are shown in one line, with the free resources', async () => {
    expect(choose(await roomOf([twoCores, coreDns])).lines).toEqual([
      'driver (300m cpu and 1433 MiB memory), 2 executors (300m cpu and 1433 MiB memory each); free on node-1: 1.9 of 2 cpu, 23.9 GiB of 24 GiB memory',
    ]);
    expect(choose(await roomOf([twoCores], ['Node'])).lines).toEqual([
      'driver (500m cpu and 1433 MiB memory), 2 executors (500m cpu and 1433 MiB memory each); no node is visible to this user',
    ]);
  });
});
