// Pods, events and nodes, as far as submission, following and diagnosis read them.
import type { Manifest, Metadata } from '../lib/types.ts';

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: Record<string, Record<string, string>>;
}

export interface Container {
  name: string;
  image?: string;
  args?: string[];
  env?: EnvVar[];
  volumeMounts?: { name: string; mountPath: string; [option: string]: unknown }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  [field: string]: unknown;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  nodeName?: string;
  serviceAccountName?: string;
  nodeSelector?: Record<string, string>;
  volumes?: { name: string; [source: string]: unknown }[];
  [field: string]: unknown;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus */
export interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  startTime?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

export interface ContainerStatus {
  name: string;
  image?: string;
  /** Of its newest start: `containerd://…`. */
  containerID?: string;
  restartCount?: number;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: Terminated;
  };
  /** The state before the newest start. */
  lastState?: { terminated?: Terminated };
}

export interface Terminated {
  exitCode: number;
  reason?: string;
  message?: string;
  signal?: number;
  containerID?: string;
  startedAt?: string;
  finishedAt?: string;
}

export interface Pod extends Manifest {
  spec: PodSpec;
  status?: PodStatus;
}

export interface KubeEvent extends Manifest {
  involvedObject: { kind?: string; name?: string };
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

export interface ClusterNode extends Manifest {
  metadata: Metadata;
  status?: {
    allocatable?: Record<string, string>;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

/** Names of Spark's containers, and the labels it finds its pods by (Constants.scala). */
export const driverContainer = 'spark-kubernetes-driver';
export const executorContainer = 'spark-kubernetes-executor';
export const appLabel = 'spark-app-selector';
export const roleLabel = 'spark-role';
export const executorIdLabel = 'spark-exec-id';

/** Labels of ours: the run, and the notebook server, that a pod belongs to. */
export const runLabel = 'firesteel/run';
export const notebookLabel = 'firesteel/notebook';

const sparkContainers = [driverContainer, executorContainer];

/** The status of Spark's own container in a pod, sidecars aside. */
export const sparkStatus = (pod: Pod): ContainerStatus | undefined =>
  pod.status?.containerStatuses?.find(({ name }) => sparkContainers.includes(name));

/** How Spark's container ended, if it has. */
export const terminated = (pod: Pod): Terminated | undefined => sparkStatus(pod)?.state?.terminated;

/** Whether Spark's container runs now. */
export const isRunning = (pod: Pod): boolean => sparkStatus(pod)?.state?.running !== undefined;

export const isDriver = (pod: Pod): boolean => pod.metadata.labels?.[roleLabel] === 'driver';

/** The driver, or the executor with its number: `executor 2`. */
export const shownRole = (pod: Pod): string =>
  isDriver(pod) ? 'driver' : `executor ${pod.metadata.labels?.[executorIdLabel] ?? '?'}`;

/** The name of Spark's own container in a pod. */
export const sparkContainer = (pod: Pod): string => (isDriver(pod) ? driverContainer : executorContainer);

/** Whether Spark's container runs or has run, so that it has a log. */
export const hasStarted = (pod: Pod): boolean => isRunning(pod) || terminated(pod) !== undefined;

/** Whether an event is about one of a run's objects. */
export const isOfRun = ({ involvedObject }: KubeEvent, { id }: { id: string }): boolean =>
  involvedObject.name?.startsWith(`${id}-`) === true && ownSuffix.test(involvedObject.name.slice(id.length + 1));

/** What follows a run's id in its objects' names: another run's id may begin with it. */
const ownSuffix = /^(?:driver(?:-(?:svc|pvc-\d+|podspec-conf-map))?|exec-\d+(?:-.*)?|job|policy)$/;

/** The name of a pod's log in its run's folder: driver, executor-1. */
export const podLogName = (pod: Pod): string =>
  isDriver(pod)
    ? 'driver'
    : `executor-${(pod.metadata.labels?.[executorIdLabel] ?? pod.metadata.name).replaceAll(/[^\w-]/g, '_')}`;
