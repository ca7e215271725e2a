// Reads the free resources of nodes, and the quotas and limits of the namespace.
import type { V1Deployment } from '@kubernetes/client-node';
import type { KubeObject } from '../../kube/object.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import type { ClusterNode, Pod } from '../pod.ts';
import type { Amounts } from './amounts.ts';
import { amountsOf, podRequests, sum } from './amounts.ts';
import { isFinished, promisedExecutors, promisedSystemPods, staysForEver } from './holders.ts';
import type { LimitRange, Quota } from './limits.ts';
import { quotasOf } from './limits.ts';

/** One node. */
export interface NodeRoom {
  node: ClusterNode;
  /** What it has for pods. */
  whole: Amounts;
  /** What of it pods hold. */
  held: Amounts;
  /** What of it pods hold for as long as the node is there. */
  kept: Amounts;
  /** Whether it takes pods now: it is ready, and nobody keeps pods off it for a while. */
  isOpen: boolean;
}

/** What there is for pods of one namespace. */
export interface Room {
  nodes: NodeRoom[];
  /** Whether nodes come with pods that need them; also where nobody can know. */
  grows: boolean;
  /** Whether this user sees what there is: nodes, and whether more of them come. */
  isSeen: boolean;
  /** Pods that hold something, or will. */
  pods: Pod[];
  quotas: Quota[];
  limits: LimitRange[];
}

/** What of a room tells why a pod waits. */
export const heldIn = (room: Room | undefined): Partial<Pick<Room, 'pods' | 'grows'>> =>
  room ? { pods: room.pods, grows: room.grows } : {};

/** Asks the cluster, as far as its user may look. Only reads. */
export async function lookAtRoom(kube: Kube, namespace: string): Promise<Room> {
  const core = (kind: string, more: object = {}) =>
    kube.list({ apiVersion: 'v1', kind, ...more }).catch(() => undefined);
  const [found = [], all, deployments = [], quotas = [], limits = [], adds] = await Promise.all([
    core('Node'),
    core('Pod'),
    core('Deployment', { apiVersion: 'apps/v1', namespace: 'kube-system' }),
    core('ResourceQuota', { namespace }),
    core('LimitRange', { namespace }),
    addsNodes(kube),
  ]);
  // A kubelet that has just come has not said yet what it has.
  const nodes = (found as ClusterNode[]).filter((node) => node.status?.allocatable && runsLinux(node));
  const pods = (all ?? (await core('Pod', { namespace })) ?? []) as Pod[];
  const holding = pods.filter((pod) => !isFinished(pod));
  const areAdded = nodes.some(isAddedByNeed) || adds;
  return {
    nodes: nodes.map((node) => roomOn(node, holding)),
    grows: nodes.length === 0 || areAdded !== false,
    isSeen: nodes.length > 0 && areAdded !== undefined,
    pods: [...holding, ...promisedSystemPods(deployments as KubeObject<V1Deployment>[]), ...promisedExecutors(holding)],
    quotas: quotasOf(quotas),
    limits: limits as LimitRange[],
  };
}

/** Spark's images are for Linux. https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-os */
const runsLinux = ({ metadata: { labels = {} } }: ClusterNode): boolean =>
  (labels['kubernetes.io/os'] ?? 'linux') === 'linux';

function roomOn(node: ClusterNode, pods: readonly Pod[]): NodeRoom {
  const own = pods.filter(({ spec }) => spec.nodeName === node.metadata.name);
  const isReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? true;
  return {
    node,
    whole: amountsOf(node.status?.allocatable),
    held: sum(own.map(podRequests)),
    kept: sum(own.filter(staysForEver).map(podRequests)),
    isOpen: isReady && !node.spec.unschedulable,
  };
}

/** As if nothing ran but what belongs to the cluster. */
export const emptied = (room: Room): Room => ({
  ...room,
  nodes: room.nodes.map((node) => ({ ...node, held: node.kept, isOpen: true })),
  pods: [],
  quotas: room.quotas.map((quota) => ({ ...quota, left: quota.hard })),
});

/** Where the Cluster Autoscaler, GKE's and AKS' among them, says how it is. */
const autoscalerStatus = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'cluster-autoscaler-status',
  namespace: 'kube-system',
};

/** Whether an autoscaler adds nodes; undefined where its sign may not be seen. */
const addsNodes = (kube: Kube): Promise<boolean | undefined> =>
  kube.get(autoscalerStatus).then(
    (found) => found !== undefined,
    () => undefined,
  );

/** Labels of nodes that something makes as pods need them: Karpenter, EKS Auto Mode and Fargate, Autopilot, virtual nodes. */
const needLabels = [
  'karpenter.sh/nodepool',
  'karpenter.sh/provisioner-name',
  'eks.amazonaws.com/compute-type',
  'cloud.google.com/gke-autopilot',
];

const isAddedByNeed = ({ metadata: { name, labels = {} } }: Manifest): boolean =>
  needLabels.some((label) => label in labels) || labels['type'] === 'virtual-kubelet' || name.startsWith('gk3-');
