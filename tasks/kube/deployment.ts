// A Deployment of one pod.
import type { V1Deployment } from '@kubernetes/client-node';
import type { KubeObject } from './object.ts';

export type Deployment = KubeObject<V1Deployment>;

/** Whether the pod of the present settings is ready, and no other is left. */
export const isServing = ({ metadata, status }: Deployment): boolean =>
  status?.observedGeneration === metadata.generation && status?.updatedReplicas === 1 && status?.readyReplicas === 1;
