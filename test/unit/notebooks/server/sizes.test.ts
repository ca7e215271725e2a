// How much notebook servers and their executors request: two servers on two cores leave room for executors.
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { labObjects } from '../../../../tasks/notebooks/server/objects.ts';
import { chooseLabSizes, type LabSizes, labSizesIn, sizesLine } from '../../../../tasks/notebooks/server/sizes.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';
import { amountsOf } from '../../../../tasks/spark/sizes/amounts.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { coreDns, limitRange, node, pod, quota, roomOf } from '../../spark/sizes/rooms.ts';

const twoCores = node('node-1', '2', '24Gi');
const sizesOf = async (objects: Manifest[], ...sets: string[]): Promise<LabSizes> =>
  labSizesIn(await readProfile('local', sets), await roomOf(objects));

const cpu = (quantity: string | undefined): number => amountsOf({ cpu: quantity ?? '1' })['cpu'] ?? 0;
const executorKey = 'spark.kubernetes.executor.request.cores';

test('two idle servers on two cores leave room for two executors', async () => {
  const { server, executors } = await sizesOf([twoCores, coreDns]);
  expect(server).toEqual({ requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '3Gi' } });
  expect(2 * cpu(server.requests?.['cpu']) + 2 * cpu(executors[executorKey])).toBeLessThanOrEqual(1900);
});

describe('sizes', () => {
  test.each<[string, Manifest[], string[], Partial<Record<keyof LabSizes, object>>]>([
    [
      'do not depend on what runs',
      [twoCores, coreDns, pod('busy', 'node-1', { cpu: '1500m' })],
      [],
      { executors: { [executorKey]: '450m' } },
    ],
    [
      'of executors take less memory where the node has less',
      [node('node-1', '2', '3Gi')],
      [],
      { executors: { [executorKey]: '450m', 'spark.executor.memory': '640m' } },
    ],
    [
      'of the server end at what the node has',
      [node('node-1', '2', '2300Mi')],
      [],
      { server: { limits: { memory: '2300Mi' } } },
    ],
    [
      'that the profile says hold',
      [twoCores],
      [
        'notebook.cores=1',
        'notebook.memory=2Gi',
        'spark.conf.spark.executor.memory=2g',
        `spark.conf.${executorKey}=300m`,
      ],
      { server: { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '2Gi' } }, executors: {} },
    ],
    ["are Spark's own where nodes are added", [], [], { executors: {} }],
    [
      'keep to a LimitRange',
      [twoCores, limitRange({ max: { memory: '2Gi', cpu: '300m' }, min: { cpu: '200m' } })],
      [],
      {
        server: { requests: { cpu: '200m', memory: '1Gi' }, limits: { memory: '2Gi' } },
        executors: { [executorKey]: '300m' },
      },
    ],
    [
      'have the limits that a quota asks for',
      [twoCores, quota({ 'limits.cpu': '4' })],
      [],
      { server: { limits: { memory: '3Gi', cpu: '1' } } },
    ],
  ])('%s', async (_, objects, sets, sizes) => expect(await sizesOf(objects, ...sets)).toMatchObject(sizes));

  test('are said in one line', async () =>
    expect(sizesLine(await sizesOf([twoCores, coreDns]), await readProfile('local', []))).toBe(
      'server: requests 100m cpu and 1 GiB memory, limited to 3 GiB memory; executors: 450m cpu and 1433 MiB memory each',
    ));

  test('that no node has are refused before anything is made', async () => {
    await expect(sizesOf([twoCores], 'notebook.cores=3')).rejects.toMatchObject({
      exitCode: 2,
      message: 'a notebook server does not fit: the server requests 3 cpu; no node has more than 2 cpu for pods',
    });
  });
});

test('an existing server keeps its sizes when nodes are added, but follows the profile', async () => {
  const profile = await readProfile('local', []);
  const sizes = await sizesOf([twoCores, coreDns]);
  const request = { object: 'notebook', image: 'spark:1', pip: { variables: {}, notes: [] }, pullSecrets: [] };
  const made = await labObjects({ ...request, profile, sizes });
  const { kube } = memoryKube([...made, node('node-1', '16', '64Gi')]);
  expect(await chooseLabSizes({ kube, profile } as unknown as Context, 'notebook')).toEqual(sizes);
  const other = await readProfile('local', [
    'notebook.memory=4Gi',
    'spark.conf.spark.kubernetes.executor.request.cores=1',
  ]);
  const changed = await chooseLabSizes({ kube, profile: other } as unknown as Context, 'notebook');
  expect(changed).toEqual({
    server: { requests: { cpu: '100m', memory: '4Gi' }, limits: { memory: '4Gi' } },
    executors: {},
  });
  const deployment = (await labObjects({ ...request, profile: other, sizes: changed })).find(
    ({ kind }) => kind === 'Deployment',
  );
  const spec = deployment?.['spec'] as { template: Pod } | undefined;
  expect(spec?.template.spec.containers[0]?.resources?.limits).toEqual({ memory: '4Gi' });
});
