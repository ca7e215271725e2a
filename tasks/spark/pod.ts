// Pods, events and nodes, as far as submission, following and diagnosis read them.
import type {
  CoreV1Event,
  V1Container,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1EnvVar,
  V1Node,
  V1Pod,
} from '@kubernetes/client-node';
import type { KubeObject } from '../kube/object.ts';
import type { Json } from '../kube/types.ts';

export type Pod = KubeObject<V1Pod>;
export type PodSpec = Pod['spec'];
export type PodStatus = NonNullable<Pod['status']>;
export type Container = Json<V1Container>;
export type EnvVar = Json<V1EnvVar>;
export type ContainerStatus = Json<V1ContainerStatus>;
export type Terminated = Json<V1ContainerStateTerminated>;
export type KubeEvent = KubeObject<CoreV1Event>;
export type ClusterNode = KubeObject<V1Node>;

/** The status of a container of which nothing but its state is known. */
export const statusOf = (name: string, state?: ContainerStatus['state']): ContainerStatus => ({
  ...{ name, image: '', imageID: '', ready: false, restartCount: 0 },
  ...(state ? { state } : {}),
});

/** Names of Spark's containers, and the labels it finds its pods by (Constants.scala). */
export const driverContainer = 'spark-kubernetes-driver';
export const executorContainer = 'spark-kubernetes-executor';
export const appLabel = 'spark-app-selector';
export const roleLabel = 'spark-role';
export const executorIdLabel = 'spark-exec-id';

/** Labels of ours: the run, the notebook server, or the Connect server, that a pod belongs to. */
export const runLabel = 'firesteel/run';
export const notebookLabel = 'firesteel/notebook';
export const connectLabel = 'firesteel/connect';

const sparkContainers = [driverContainer, executorContainer];

/** The status of Spark's own container in a pod, sidecars aside; where the pod is none of Spark's, of its only container. */
export function sparkStatus(pod: Pod): ContainerStatus | undefined {
  const all = pod.status?.containerStatuses ?? [];
  return all.find(({ name }) => sparkContainers.includes(name)) ?? (all.length === 1 ? all[0] : undefined);
}

/** How Spark's container ended, if it has. */
export const terminated = (pod: Pod): Terminated | undefined => sparkStatus(pod)?.state?.terminated;

/** Whether Spark's container runs now. */
export const isRunning = (pod: Pod): boolean => sparkStatus(pod)?.state?.running !== undefined;

export const isDriver = (pod: Pod): boolean => pod.metadata.labels?.[roleLabel] === 'driver';

const isExecutor = ({ metadata: { labels } }: Pod): boolean =>
  labels?.[roleLabel] === 'executor' || labels?.[executorIdLabel] !== undefined;

/** The part of a run that a pod is, or that it is none. */
export const roleOf = (pod: Pod): 'driver' | 'executor' | 'pod' =>
  isDriver(pod) ? 'driver' : isExecutor(pod) ? 'executor' : 'pod';

/** The driver, the executor with its number, or the name of a pod that is neither: `executor 2`, `pod storage-0`. */
export function shownRole(pod: Pod): string {
  const role = roleOf(pod);
  if (role === 'driver') return role;
  return role === 'executor' ? `executor ${pod.metadata.labels?.[executorIdLabel] ?? '?'}` : `pod ${pod.metadata.name}`;
}

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
