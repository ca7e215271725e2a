// Rules of namespaces and nodes that sizes are chosen by, where they are of an unusual kind.
import { expect, test } from 'vitest';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { choose, limitRange, node, quota, roomOf } from './rooms.ts';

test.each<[string, Manifest[], Record<string, string>, Record<string, string>?]>([
  [
    'count a quota of all pods that a selector names',
    [
      node('node-1', '8', '32Gi'),
      quota(
        { pods: '2' },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: 'NotTerminating', operator: 'Exists' }] } },
      ),
    ],
    { 'spark.executor.instances': '1' },
  ],
  [
    'pass by a quota of pods with a priority class',
    [
      node('node-1', '8', '32Gi'),
      quota(
        { pods: '0' },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } },
      ),
    ],
    {},
  ],
  [
    'pass by a LimitRange that limits nothing',
    [node('node-1', '8', '32Gi'), { ...limitRange({}), spec: { limits: null } }],
    {},
  ],
  [
    'fit on a node with a device, whose taint has the name of the device',
    [
      node('node-1', '8', '32Gi'),
      {
        ...node('gpu', '8', '32Gi'),
        spec: { taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] },
        status: {
          allocatable: { cpu: '8', memory: '32Gi', pods: '110', 'nvidia.com/gpu': '2' },
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      },
    ],
    {},
    { 'spark.executor.resource.gpu.amount': '1', 'spark.executor.resource.gpu.vendor': 'nvidia.com' },
  ],
])('sizes that nobody chose %s', async (_, objects, chosen, conf = {}) =>
  expect(choose(await roomOf(objects), conf).chosen).toEqual(chosen),
);
