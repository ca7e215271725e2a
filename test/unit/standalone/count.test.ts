// How many workers there are to be, how much each requests, and which numbers are refused.
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { type Pod, statusOf } from '../../../tasks/spark/pod.ts';
import { amountsOf } from '../../../tasks/spark/sizes/amounts.ts';
import type { Room } from '../../../tasks/spark/sizes/room.ts';
import { limitsOf } from '../../../tasks/standalone/autoscale.ts';
import { brokenFormer, waitForMaster, wantedCount } from '../../../tasks/standalone/count.ts';
import { requestIn, type WorkerSet } from '../../../tasks/standalone/room.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';

const set = (replicas: number, noted?: string) =>
  ({
    metadata: { name: 'standalone-worker', ...(noted ? { annotations: { 'firesteel/workers': noted } } : {}) },
    spec: { replicas },
  }) as unknown as WorkerSet;

test.each<[string, number, WorkerSet | undefined, number]>([
  ['there is no cluster: the number of the profile', 2, undefined, 2],
  ['the objects are new: the number of the profile', 2, set(1), 2],
  ['scale set another number: that one', 2, set(4, '2'), 4],
  ['the profile has another number than before: that one', 3, set(4, '2'), 3],
])('%s', (_, profileCount, live, wanted) => expect(wantedCount(profileCount, live)).toBe(wanted));

const node = (name: string, cpu: string, memory: string): Room['nodes'][number] => ({
  node: { apiVersion: 'v1', kind: 'Node', metadata: { name } } as Room['nodes'][number]['node'],
  whole: { ...amountsOf({ cpu, memory }), pods: 110 },
  held: {},
  kept: {},
  isOpen: true,
});

const room = (nodes: Room['nodes'], pods: Pod[] = [], grows = false): Room => ({
  nodes,
  grows,
  isSeen: true,
  pods,
  quotas: [],
  limits: [],
});

const podOn = (nodeName: string, cpu: string, labels: Record<string, string> = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels },
    spec: { nodeName, containers: [{ name: 'c', resources: { requests: { cpu } } }] },
  }) as Pod;

describe('the CPU that a worker requests', () => {
  const two = [node('a', '2', '8Gi'), node('b', '2', '8Gi')];
  test.each<[string, Room, number, string]>([
    ['leaves half of small nodes to drivers and further workers', room(two), 2, '750m'],
    ['is a whole core where there are many', room([node('a', '16', '64Gi')]), 2, '1'],
    ['is less for more workers', room(two), 6, '500m'],
    ['counts what others hold', room(two, [podOn('a', '1500m')]), 2, '500m'],
    [
      'does not count the cluster itself',
      room(two, [podOn('a', '1500m', { 'firesteel/standalone': 'worker' })]),
      2,
      '750m',
    ],
  ])('%s', async (_, there, count, cpu) => expect(requestIn(await readProfile('local', []), there, count)).toBe(cpu));

  test('is refused with the number that fits where memory is short', async () => {
    const profile = await readProfile('local', []);
    expect(() => requestIn(profile, room(two), 9)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^9 workers do not fit: there is room for 7 of /),
        exitCode: 2,
      }),
    );
    expect(requestIn(profile, room(two, [], true), 9)).toBe('100m');
  });

  test("is the profile's own", async () =>
    expect(requestIn(await readProfile('local', ['standalone.worker.request=300m']), room(two), 2)).toBe('300m'));
});

test.each([
  [{ max: '4' }, { min: 1, max: 4, cpu: 80 }],
  [
    { min: '2', max: '4', cpu: '50' },
    { min: 2, max: 4, cpu: 50 },
  ],
  [{}, ['autoscale needs --max, the maximum number of workers']],
  [{ max: 'x' }, ['--max x: expected a number from 1 to 1000']],
  [
    { min: '0', max: '3', cpu: '-1' },
    ['--min 0: expected a number from 1 to 1000', '--cpu -1: expected a percentage from 1 to 1000'],
  ],
  [{ min: '5', max: '3' }, ['--min 5 is more than --max 3']],
])('autoscale with %o is %o', (flags, expected) => expect(limitsOf(flags)).toEqual(expected));

describe('a pod of former settings', () => {
  const whole = (observed = 2): WorkerSet =>
    ({
      metadata: { name: 'standalone-master', namespace: 'spark', generation: 2 },
      spec: { replicas: 1 },
      status: { observedGeneration: observed, updateRevision: 'new', readyReplicas: 0 },
    }) as unknown as WorkerSet;
  const podOf = (revision: string, reason?: string): Pod =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'standalone-master-0',
        namespace: 'spark',
        labels: { 'controller-revision-hash': revision, 'firesteel/standalone': 'master' },
      },
      spec: { nodeName: 'a', containers: [{ name: 'master', image: 'spark:x' }] },
      status: {
        ...(reason ? {} : { conditions: [{ type: 'Ready', status: 'True' }] }),
        containerStatuses: [
          statusOf('master', reason ? { waiting: { reason, message: 'not found' } } : { running: {} }),
        ],
      },
    }) as Pod;

  test.each<[string, WorkerSet, Pod, number]>([
    ['that never became ready is replaced', whole(), podOf('old', 'ErrImagePull'), 1],
    ['that is ready has its time', whole(), podOf('old'), 0],
    ['of the newest settings stays', whole(), podOf('new', 'ErrImagePull'), 0],
    ['stays until Kubernetes has seen the new settings', whole(1), podOf('new', 'ErrImagePull'), 0],
  ])('%s', (_, master, pod, count) => expect(brokenFormer(master, [pod])).toHaveLength(count));

  test('is removed while the master is waited for, and a final cause of the newest ends the wait', async () => {
    const profile = await readProfile('local', []);
    const set = { ...whole(), apiVersion: 'apps/v1', kind: 'StatefulSet' } as unknown as Manifest;
    const signal = AbortSignal.timeout(1500);
    const wait = async (pod: Pod) => {
      const { kube, changes } = memoryKube([set, pod as unknown as Manifest]);
      const context = plainContext({ profile, kube, signal });
      const error = await waitForMaster.run(context, { line: () => {} }).catch((one: Error) => one);
      return { changes, message: (error as Error).message };
    };
    expect(await wait(podOf('new', 'ErrImagePull'))).toEqual({
      changes: [],
      message: 'pod standalone-master-0: cannot pull image spark:x: no such image',
    });
    expect((await wait(podOf('old', 'ErrImagePull'))).changes).toEqual(['remove Pod standalone-master-0']);
  });
});
