// Finds nodes for pods, and how many pods fit at the same time. Pure.
import type { V1NodeSelectorTerm, V1Taint, V1Toleration } from '@kubernetes/client-node';
import type { ClusterNode, Pod } from '../pod.ts';
import type { Amounts } from './amounts.ts';
import { countIn, minus, podRequests, sum } from './amounts.ts';
import { staysForEver } from './holders.ts';
import type { Quota } from './limits.ts';
import { countedBy } from './limits.ts';
import type { Load, PodLoad } from './load.ts';
import type { NodeRoom, Room } from './room.ts';

/** A node, and what of it is there to be had. */
export interface Place {
  node: ClusterNode;
  whole: Amounts;
  free: Amounts;
}

/**
 * Whether a pod gets a node before any other: the scheduler has not looked at it yet, or Kubernetes itself needs it.
 * Any other pod without a node leaves all nodes unchanged.
 */
const comesFirst = (pod: Pod): boolean =>
  !pod.spec.nodeName &&
  (staysForEver(pod) ||
    !pod.status?.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False'));

/** What is free now: pods that get a node at this moment come first. */
export function placesNow({ nodes, pods }: Room): Place[] {
  const open = nodes
    .filter(({ isOpen }) => isOpen)
    .map(({ node, whole, held }) => ({ node, whole, free: minus(whole, held) }));
  return placesBeside(pods.filter(comesFirst), open);
}

/** What there is once all that runs has ended, but for what belongs to the cluster itself. */
export const placesEver = ({ nodes, pods }: Room): Place[] =>
  placesBeside(
    pods.filter((pod) => comesFirst(pod) && staysForEver(pod)),
    nodes.map(({ node, whole, kept }: NodeRoom) => ({ node, whole, free: minus(whole, kept) })),
  );

/** What pods without a node leave of these places; one that fits nowhere takes nothing. */
function placesBeside(pods: readonly Pod[], places: Place[]): Place[] {
  for (const pod of pods) {
    const need = podRequests(pod);
    const [place] = places
      .filter(({ node, free }) => admits(node, pod.spec) && countIn(free, need) > 0)
      .sort((a, b) => (b.free['cpu'] ?? 0) - (a.free['cpu'] ?? 0));
    if (place) place.free = minus(place.free, need);
  }
  return places;
}

/** Whether a node takes pods of this kind, what they request aside. Taints that the cluster itself sets pass by. */
export function admits(node: ClusterNode, spec: PodLoad['spec']): boolean {
  const { labels = {} } = node.metadata;
  const { taints = [] } = node.spec;
  const { tolerations = [], affinity } = spec;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (
    Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value) &&
    taints
      .filter(({ key, effect }) => effect !== 'PreferNoSchedule' && !key.startsWith('node.kubernetes.io/'))
      .every((taint) => tolerations.some((toleration) => tolerates(toleration, taint))) &&
    (terms === undefined || terms.nodeSelectorTerms.some((term) => matches(labels, term)))
  );
}

type Taint = Pick<V1Taint, 'key' | 'value' | 'effect'>;

const tolerates = ({ key, operator = 'Equal', value = '', effect }: V1Toleration, taint: Taint): boolean =>
  (!effect || effect === taint.effect) &&
  (!key || key === taint.key) &&
  (operator === 'Exists' || value === (taint.value ?? ''));

const matches = (labels: Record<string, string>, { matchExpressions = [] }: V1NodeSelectorTerm): boolean =>
  matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const isAmong = value !== undefined && values.includes(value);
    if (operator === 'In') return isAmong;
    // Numbers are compared by no node that we know of.
    return operator === 'NotIn' ? !isAmong : true;
  });

/** How many executors find places beside the driver; undefined if the driver finds none. */
export function executorsIn(places: readonly Place[], { driver, executor }: Load): number | undefined {
  const countOn = ({ node, free }: Place): number =>
    admits(node, executor.spec) ? countIn(free, executor.requests) : 0;
  const all = places.reduce((total, place) => total + countOn(place), 0);
  const counts = places
    .filter(({ node, free }) => admits(node, driver.spec) && countIn(free, driver.requests) > 0)
    .map((place) => all - countOn(place) + countOn({ ...place, free: minus(place.free, driver.requests) }));
  return counts.length === 0 ? undefined : Math.max(...counts);
}

/** How many executors a quota allows beside the driver; undefined if it does not allow the driver. */
export function executorsWithin(quota: Quota, allowed: Amounts, { driver, executor }: Load): number | undefined {
  const own = countedBy(quota, driver);
  const left = minus(allowed, own);
  if (Object.keys(own).some((name) => (left[name] ?? 0) < 0)) return undefined;
  return countIn(left, countedBy(quota, executor));
}

/** What of these places the pods of a run may have. */
export const freeFor = (places: readonly Place[], { driver, executor }: Load): Amounts =>
  sum(places.filter(({ node }) => admits(node, driver.spec) || admits(node, executor.spec)).map(({ free }) => free));
