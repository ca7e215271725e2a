// How much a Connect server and its executors request: a server on two cores leaves room for two executors.
import { describe, expect, test } from 'vitest';
import { serverObjects } from '../../../tasks/connect/objects.ts';
import { chooseServerSizes, serverSizesIn, sizesLine } from '../../../tasks/connect/sizes.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Context } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { coreDns, node, pod, roomOf, twoCores } from '../spark/sizes/rooms.ts';

const chosenIn = async (objects: Manifest[], ...sets: string[]) =>
  serverSizesIn(await readProfile('local', sets), await roomOf(objects));

const cpuOf = (role: string) => `spark.kubernetes.${role}.request.cores`;

describe('sizes', () => {
  test.each<[string, Manifest[], string[], Record<string, string>]>([
    ['fit two cores', [twoCores, coreDns], [], { [cpuOf('driver')]: '300m', [cpuOf('executor')]: '300m' }],
    [
      'do not depend on what runs',
      [twoCores, coreDns, pod('busy', 'node-1', { cpu: '1500m' })],
      [],
      { [cpuOf('driver')]: '300m', [cpuOf('executor')]: '300m' },
    ],
    [
      'take less memory where the node has less',
      [node('node-1', '2', '3Gi')],
      [],
      { 'spark.driver.memory': '640m', 'spark.executor.memory': '640m' },
    ],
  ])('%s', async (_, objects, sets, expected) => {
    expect(await chosenIn(objects, ...sets)).toMatchObject(expected);
  });

  test('that the profile says are not chosen', async () => {
    const set = ['spark.conf.spark.driver.memory=2g', `spark.conf.${cpuOf('driver')}=1`];
    expect(await chosenIn([twoCores], ...set)).toEqual({ [cpuOf('executor')]: '250m' });
  });

  test('that never fit are refused with the words that do', async () => {
    await expect(chosenIn([node('node-1', '2', '1Gi')])).rejects.toThrow(/^a Connect server does not fit: /);
  });
});

test('a second look keeps the sizes of the server', async () => {
  const profile = await readProfile('local', []);
  const chosen = { [cpuOf('driver')]: '150m', [cpuOf('executor')]: '250m', 'spark.executor.memory': '700m' };
  const request = { profile, object: 'connect', image: 'spark:1', chosen, user: 'ada', pullSecrets: [] };
  const { kube } = memoryKube([...(await serverObjects(request)), node('node-1', '16', '64Gi')]);
  expect(await chooseServerSizes({ kube, profile } as unknown as Context, 'connect')).toEqual(chosen);
  expect(sizesLine(chosen, profile)).toMatch(/^server: 150m cpu and \d+ MiB memory; executors: 250m cpu and \d+ MiB/);
});
