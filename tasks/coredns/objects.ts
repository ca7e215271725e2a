// CoreDNS as Kubernetes keeps it: where its objects are, and what of them is read here.
import type { Manifest, Ref } from '../lib/types.ts';

const namespace = 'kube-system';

export const deploymentRef: Ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'coredns' };
export const configMapRef: Ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'coredns' };
export const podCollection = { apiVersion: 'v1', kind: 'Pod', namespace };

/** What `kubectl rollout restart` sets, too. */
export const restartAnnotation = 'kubectl.kubernetes.io/restartedAt';

export interface CorednsDeployment extends Manifest {
  metadata: Manifest['metadata'] & { generation?: number };
  spec?: {
    replicas?: number;
    selector?: { matchLabels?: Record<string, string> };
    template?: { metadata?: { annotations?: Record<string, string> } };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

export interface CorednsConfigMap extends Manifest {
  data?: Record<string, string>;
}

export interface Terminated {
  exitCode: number;
  reason?: string;
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: { running?: { startedAt: string }; waiting?: { reason?: string; message?: string }; terminated?: Terminated };
  lastState?: { terminated?: Terminated };
}

export interface CorednsPod extends Manifest {
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
  };
}

/** Status of the container that is CoreDNS itself: others may run beside it. */
export const corednsContainer = (pod: CorednsPod): ContainerStatus | undefined =>
  pod.status?.containerStatuses?.find(({ name }) => name === 'coredns');

/** The Deployment's own selector, for a list of its pods. */
export const podSelector = (deployment: CorednsDeployment): string =>
  Object.entries(deployment.spec?.selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join();

const restartOf = (annotations: Record<string, string> | undefined) => annotations?.[restartAnnotation];

/** Those of the pods that are not on their way out, and are as new as the last restart asked for. */
export const currentPods = (deployment: CorednsDeployment, pods: CorednsPod[]): CorednsPod[] =>
  pods.filter(
    ({ metadata }) =>
      !metadata.deletionTimestamp &&
      restartOf(metadata.annotations) === restartOf(deployment.spec?.template?.metadata?.annotations),
  );
