// The Kubernetes objects of CoreDNS, and the fields that are read of them.
import type { V1ConfigMap, V1ContainerStatus, V1Deployment, V1Pod } from '@kubernetes/client-node';
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Json, Kube, Ref } from '../kube/types.ts';

const namespace = 'kube-system';

export const deploymentRef: Ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'coredns' };
export const configMapRef: Ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'coredns' };

/** What `kubectl rollout restart` sets, too. */
export const restartAnnotation = 'kubectl.kubernetes.io/restartedAt';

export type CorednsDeployment = KubeObject<V1Deployment>;
export type CorednsConfigMap = KubeObject<V1ConfigMap>;
export type CorednsPod = KubeObject<V1Pod>;
export type ContainerStatus = Json<V1ContainerStatus>;

/** Status of the container that is CoreDNS itself: others may run beside it. */
export const corednsContainer = (pod: CorednsPod): ContainerStatus | undefined =>
  pod.status?.containerStatuses?.find(({ name }) => name === 'coredns');

/** The Deployment of CoreDNS; Failure if it went away after a first look. */
export async function needDeployment(kube: Kube): Promise<CorednsDeployment> {
  const deployment = (await kube.get(deploymentRef)) as CorednsDeployment | undefined;
  if (!deployment) throw new Failure('the cluster has no Deployment kube-system/coredns');
  return deployment;
}

const restartOf = (annotations: Record<string, string> | undefined) => annotations?.[restartAnnotation];

/** Its pods that are not being deleted, and are as new as the last restart that was requested. */
export async function currentPods(kube: Kube, { spec }: CorednsDeployment): Promise<CorednsPod[]> {
  const labelSelector = Object.entries(spec.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join();
  const pods = (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector })) as CorednsPod[];
  const restartedAt = restartOf(spec.template.metadata?.annotations);
  return pods.filter(({ metadata }) => !metadata.deletionTimestamp && restartOf(metadata.annotations) === restartedAt);
}
