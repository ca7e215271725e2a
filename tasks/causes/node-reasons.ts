// The table of reasons why nodes do not take a pod, as the scheduler names them. Pure.
import type { Pod } from '../spark/pod.ts';

/** One row. In a message with several reasons, the first row gives the cure. */
export interface NodeReason {
  /** Matched against one reason; its group is a name, such as that of a taint. */
  match: RegExp;
  /** The cause if every node has this reason. */
  all: (names: readonly string[], pod: Pod) => string;
  /** The verb for one node and for several, and what follows. */
  verb: readonly [one: string, several: string];
  rest: (names: readonly string[], pod: Pod) => string;
  cure: string;
  /** Waiting cannot help if every node has this reason. */
  isFinal?: true;
  /** A state that a node can leave: its cure is shown beside that of the first row. */
  isState?: true;
  /** Left out where other nodes have other reasons. */
  isUsual?: true;
}

const be = ['is', 'are'] as const;
const have = ['has', 'have'] as const;
const lack = ['lacks', 'lack'] as const;

/** Kubernetes before 1.24 says `had taint {x: }, that the pod didn't tolerate`. */
const untolerated = (key: string): RegExp => new RegExp(String.raw`taint(?:\(s\)|s)? \{(${key}[^}]*?)(?:: )?\}`);
const checkNodes = 'check the nodes: firesteel status';

const tainted: Omit<NodeReason, 'match'> = {
  all: (names) =>
    `no node admits the pod: ${names.length > 1 ? `they have the taints ${names.join(', ')}` : `each has ${names[0] ? `the taint ${names[0]}` : 'a taint'}`}`,
  verb: have,
  rest: (names) =>
    names.length > 1 ? `the taints ${names.join(', ')}` : names[0] ? `the taint ${names[0]}` : 'a taint',
  cure: 'remove the taint from a node, or name the taint of spot nodes in spot.taints',
};

const shownSelector = (pod: Pod): string =>
  Object.entries(pod.spec.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'of its selector';

/** What the pod wants comes first, then what nodes lack at the moment, then taints, which nodes have on purpose. */
export const nodeReasons: readonly NodeReason[] = [
  {
    match: /volume node affinity conflict|match PersistentVolume's node affinity|no available volume zone/,
    all: () => 'its volume is on another node or in another zone',
    verb: ['cannot reach', 'cannot reach'],
    rest: () => 'its volume',
    cure: 'allow the job to run on that node or in that zone, or use another volume',
    isFinal: true,
  },
  {
    match: /non-existent pv|PersistentVolume\(s\) not found/,
    all: () => 'the volume of its claim does not exist',
    verb: ['cannot find', 'cannot find'],
    rest: () => 'the volume of its claim',
    cure: 'restore the volume, or create the claim again',
  },
  {
    match: /find available persistent volumes/,
    all: () => 'its volume claim has no volume',
    verb: have,
    rest: () => 'no volume for its claim',
    cure: 'check the storage class of the claim',
  },
  {
    match: /did not have enough free storage/,
    all: () => 'no node has enough storage for its volume claim',
    verb: lack,
    rest: () => 'storage for its volume claim',
    cure: 'use a smaller claim, or free storage',
  },
  {
    match: /exceed max volume count/,
    all: () => 'no node can attach another volume',
    verb: ['can', 'can'],
    rest: () => 'attach no more volumes',
    cure: 'wait for pods with volumes to end, or add nodes',
  },
  {
    match: /cannot allocate all claims/,
    all: () => 'no node has the devices of its resource claims free',
    verb: lack,
    rest: () => 'free devices for its resource claims',
    cure: 'wait for pods with such devices to end, or add nodes that have them',
  },
  {
    match: /didn't match (?:Pod's node affinity\/selector|node selector)/,
    all: (_, pod) => `no node has the labels ${shownSelector(pod)}`,
    verb: lack,
    rest: (_, pod) => `the labels ${shownSelector(pod)}`,
    cure: 'correct spark.kubernetes.node.selector.*, or label a node',
  },
  {
    match: /pods? (?:anti-)?affinity(?:\/anti-affinity)? rules/,
    all: () => 'no node meets the affinity rules between pods',
    verb: ['breaks', 'break'],
    rest: () => 'affinity rules between pods',
    cure: 'add nodes, or change the affinity rules',
  },
  {
    match: /topology spread constraints/,
    all: () => 'no node meets its topology spread constraints',
    verb: ['breaks', 'break'],
    rest: () => 'its topology spread constraints',
    cure: 'add nodes, or change the constraints',
  },
  {
    match: /free ports for the requested pod ports/,
    all: () => 'other pods use its port on every node',
    verb: have,
    rest: () => 'another pod on its port',
    cure: 'wait for the pods that use the port to end, or add nodes',
  },
  {
    match: /Too many pods/,
    all: () => 'the nodes have no room for more pods',
    verb: have,
    rest: () => 'no room for more pods',
    cure: 'wait for other pods to end, or add nodes',
    isState: true,
  },
  {
    match:
      /node\.kubernetes\.io\/(?:not-ready|unreachable|network-unavailable)|kubernetes\.io\/uninitialized|\/agent-not-ready|\{karpenter\.sh\/unregistered|\{startup-taint\.|node\(s\) were not ready/,
    all: () => 'no node is ready',
    verb: be,
    rest: () => 'not ready',
    cure: checkNodes,
    isState: true,
  },
  ...['disk', 'memory', 'pid'].map(
    (resource): NodeReason => ({
      match: new RegExp(String.raw`node\.kubernetes\.io/${resource}-pressure`),
      all: () => `the nodes are short of ${resource}`,
      verb: be,
      rest: () => `short of ${resource}`,
      cure: `free ${resource} on the nodes`,
      isState: true,
    }),
  ),
  {
    match: /node\.kubernetes\.io\/unschedulable|node\(s\) were unschedulable/,
    all: () => 'no node admits the pod: each is cordoned',
    verb: be,
    rest: () => 'cordoned',
    cure: 'let a node take pods again: kubectl uncordon NODE',
    isState: true,
  },
  {
    match:
      /\{(?:ToBeDeletedByClusterAutoscaler|karpenter\.sh\/disrupt|node\.kubernetes\.io\/out-of-service|cloud\.google\.com\/impending-node-termination)/,
    all: () => 'no node admits the pod: each is about to be removed',
    verb: be,
    rest: () => 'about to be removed',
    cure: 'wait for new nodes, or add one',
    isState: true,
  },
  { match: untolerated(String.raw`node-role\.kubernetes\.io/(?:control-plane|master)\b`), ...tainted, isUsual: true },
  { match: untolerated(''), ...tainted },
  { match: /untolerated taint|had taints?\b/, ...tainted },
];
