// What the scheduler says of a pod whatever its nodes are, and of devices that nodes lack.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../tasks/causes/diagnosis.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import { node } from '../spark/sizes/rooms.ts';

const waiting = (message: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pi-1-driver', namespace: 'spark', labels: { 'spark-role': 'driver' } },
  spec: { containers: [{ name: 'spark-kubernetes-driver', image: 'spark:x' }] },
  status: {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  },
});

/** Cause and cure, and whether waiting cannot help. */
function found(pod: Pod, nodes: ReturnType<typeof node>[] = []): [string, boolean] {
  const { cause = '', cure = '', final = false } = diagnose({ pod, nodes }) ?? {};
  return [`${cause}; ${cure}`, final];
}

const check = 'check the nodes: firesteel status';
const removeTaint = 'remove the taint from a node, or name the taint of spot nodes in spot.taints';

test.each([
  [
    'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
    'its volume claims get no volume: context deadline exceeded; check the storage class of the claim',
  ],
  [
    'pod group is not ready, 1 Pending, 3 minAvailable',
    'waits until all pods of its group find room; wait for other pods to end, or add nodes',
  ],
  [
    '0/3 nodes are available: a new reason. still not schedulable, preemption: 0/3 nodes are available.',
    `cannot be scheduled: 0/3 nodes are available: a new reason.; ${check}`,
  ],
])('the scheduler says of the pod itself: %s', (message, expected) =>
  expect(found(waiting(message))[0]).toBe(`driver: ${expected}`),
);

describe('a device that nodes lack', () => {
  const device = 'nvidia.com/gpu';
  const asks = (message: string): Pod => {
    const pod = waiting(message);
    Object.assign(pod.spec.containers[0] as object, { resources: { requests: { [device]: '1' } } });
    return pod;
  };
  const withDevice = node('gpu', '8', '8Gi', {
    spec: { taints: [{ key: device, value: 'present', effect: 'NoSchedule' }] },
    status: { allocatable: { cpu: '8', memory: '8Gi', [device]: '1' } },
  });
  const add = `add nodes that have ${device}, with the device plugin that offers it`;

  test('is on no node', () =>
    expect(found(asks(`0/1 nodes are available: 1 Insufficient ${device}.`), [node('plain', '8', '8Gi')])).toEqual([
      `driver: no node that admits the pod has ${device}; ${add}`,
      true,
    ]));
  test('is on a node with a taint, whose cure comes first', () =>
    expect(
      found(
        asks(
          `0/2 nodes are available: 1 Insufficient ${device}, 1 node(s) had untolerated taint {${device}: present}.`,
        ),
        [node('plain', '8', '8Gi'), withDevice],
      ),
    ).toEqual([
      `driver: no node that admits the pod has ${device}; 1 of 2 nodes has the taint ${device}: present; ${removeTaint}, or ${add}`,
      false,
    ]));
});
