// Whether the newest pod of the door serves alone. Pure.
import type { V1Deployment } from '@kubernetes/client-node';
import type { KubeObject } from '../../kube/object.ts';
import type { Pod } from '../../spark/pod.ts';

type Answer = { done: true } | { seen: string };

/** Done once the newest pod answers and no older one runs: that would still take the codes of before. */
export function rolloutOf(live: KubeObject<V1Deployment> | undefined, pods: readonly Pod[]): Answer {
  const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0 } = live?.status ?? {};
  const isNew = observedGeneration >= (live?.metadata.generation ?? 1);
  // An evicted pod takes no codes any more, and its object stays.
  const running = pods.filter(({ status }) => !['Succeeded', 'Failed'].includes(status?.phase ?? '')).length;
  return isNew && updatedReplicas > 0 && readyReplicas > 0 && running === updatedReplicas
    ? { done: true }
    : { seen: `${readyReplicas} of ${Math.max(1, updatedReplicas)} pods are ready, ${running} exist` };
}
