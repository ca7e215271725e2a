import type { V1Deployment } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { rolloutOf } from '../../../../tasks/classroom/door/rollout.ts';
import type { KubeObject } from '../../../../tasks/kube/object.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';

const deployment = (ready: number, observed = 2) =>
  ({
    metadata: { name: 'door', generation: 2 },
    status: { observedGeneration: observed, updatedReplicas: 1, readyReplicas: ready },
  }) as unknown as KubeObject<V1Deployment>;

const done = { done: true };

test.each<[what: string, ready: number, observed: number, phases: string[], answer: object]>([
  ['the newest pod alone is the door', 1, 2, ['Running'], done],
  ['an evicted pod and an ended one do not count', 1, 2, ['Failed', 'Running', 'Succeeded'], done],
  ['an older pod still takes codes', 1, 2, ['Running', 'Running'], { seen: '1 of 1 pods are ready, 2 exist' }],
  ['a pod that is not ready is no door', 0, 2, ['Pending'], { seen: '0 of 1 pods are ready, 1 exist' }],
  ['a change that nobody has seen is not there', 1, 1, ['Running'], { seen: '1 of 1 pods are ready, 1 exist' }],
])('%s', (_, ready, observed, phases, answer) => {
  const pods = phases.map((phase) => ({ status: { phase } }) as Pod);
  expect(rolloutOf(deployment(ready, observed), pods)).toEqual(answer);
});
