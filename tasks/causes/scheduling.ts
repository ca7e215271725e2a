// Explains why a pod gets no node. Pure.
import type { ClusterNode, Pod } from '../spark/pod.ts';
import { shownRole } from '../spark/pod.ts';
import { admits } from '../spark/sizes/place.ts';
import type { Diagnosis, Evidence } from './finding.ts';
import { firstLine, passing } from './finding.ts';
import { absentClaim, leavingClaim } from './known-cause.ts';
import { withScaleUp } from './scale-up.ts';
import { isTooLarge, shortage } from './shortage.ts';
import type { Verdict } from './verdict.ts';
import { readVerdict, withoutPreemption } from './verdict.ts';

/** What the scheduler says of the pod itself, whatever its nodes are; the group is a name. */
const sentences: readonly { match: RegExp; cause: (name: string) => string; cure: (name: string) => string }[] = [
  {
    match: /persistentvolumeclaim "([^"]+)" not found/,
    ...absentClaim,
  },
  {
    match: /persistentvolumeclaim "([^"]+)" is being deleted/,
    ...leavingClaim,
  },
  {
    match: /ephemeral volume controller to create the persistentvolumeclaim "([^"]+)"/,
    cause: (claim) => `volume claim ${claim} is not created yet`,
    cure: () => 'wait for the claim, or check the quotas of the namespace: kubectl get resourcequota',
  },
  {
    match: /storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found/,
    cause: (name) => `storage class ${name} does not exist`,
    cure: (name) => `create storage class ${name}, or name another one in the volume claim`,
  },
  {
    match: /ReadWriteOncePod access mode/,
    cause: () => 'another pod uses its volume claim, and only one pod at a time may use it',
    cure: () => 'wait for the other pod to end',
  },
  {
    match: /unbound immediate PersistentVolumeClaims/,
    cause: () => 'its volume claim has no volume',
    cure: () => 'check the storage class of the claim',
  },
  {
    match: /binding volumes: (.+)/,
    cause: (why) => `its volume claims get no volume: ${why}`,
    cure: () => 'check the storage class of the claim',
  },
  {
    match: /pod ?group is not ready|enough sibling pods|from a gang to be scheduled/i,
    cause: () => 'waits until all pods of its group find room',
    cure: () => 'wait for other pods to end, or add nodes',
  },
];

/** Why the scheduler finds no node for the pod, and what an autoscaler does about it; undefined if it does not complain. */
export function unschedulable(evidence: Evidence): Diagnosis | undefined {
  const found = whyNoNode(evidence);
  return found && withScaleUp(evidence, found);
}

/** From the scheduler's own words and the nodes' sizes. */
function whyNoNode(evidence: Evidence): Diagnosis | undefined {
  const { pod } = evidence;
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const role = shownRole(pod);
  const message = condition.message ?? '';
  if (condition.reason === 'SchedulingGated')
    return passing(`${role}: held back by a scheduling gate`, 'wait for the queue that holds the pod');
  const verdict = readVerdict(message);
  if (verdict.lacking.length > 0) return shortageOf(evidence, verdict);
  for (const { match, cause, cure } of sentences) {
    const named = match.exec(message)?.slice(1).join('');
    if (named !== undefined) return passing(`${role}: ${cause(named)}`, cure(named));
  }
  if (/no nodes available|0\/0 nodes/.test(message))
    return passing(`${role}: the cluster has no nodes`, 'check the nodes: firesteel status');
  const found = leftOut(verdict, pod);
  if (found) return { ...found, cause: `${role}: ${found.cause}` };
  return passing(
    `${role}: cannot be scheduled: ${firstLine(withoutPreemption(message))}`,
    'check the nodes: firesteel status',
  );
}

/** Why nodes are left out that lack no resource; undefined if no reason is known. */
function leftOut(verdict: Verdict, pod: Pod): Diagnosis | undefined {
  const { total, groups, usual, others } = verdict;
  const [first] = groups;
  if (!first) return undefined;
  const { row, names, count } = first;
  const isSole = groups.length + others.length === 1;
  const [state] = groups.slice(1).filter((group) => group.row.isState);
  return {
    cause: count >= total ? row.all(names, pod) : `no node admits the pod: ${shares(verdict, pod)}`,
    cure: isSole || !state || row.isState ? row.cure : `${row.cure}, or ${state.row.cure}`,
    final: row.isFinal === true && isSole && count + usual >= total,
  };
}

/** How many nodes have which reason: `2 of 3 nodes lack the labels disk=ssd; 1 is cordoned`. */
function shares({ total, groups, others }: Verdict, pod: Pod): string {
  const parts = [
    ...groups.map(({ row, names, count }) => ({
      count,
      text: `${row.verb[count === 1 ? 0 : 1]} ${row.rest(names, pod)}`,
    })),
    ...others.map(({ count, text }) => ({ count, text: `${count === 1 ? 'is' : 'are'} left out: ${firstLine(text)}` })),
  ];
  return parts.map(({ count, text }, i) => `${count}${i === 0 ? ` of ${total} nodes` : ''} ${text}`).join('; ');
}

const isDevice = (resource: string): boolean => !['cpu', 'memory', 'ephemeral-storage'].includes(resource);

/** A shortage on the nodes that the scheduler does not leave out for other reasons, which follow. */
function shortageOf(evidence: Evidence, verdict: Verdict): Diagnosis {
  const { lacking, lackingCount, total, groups, usual, others } = verdict;
  if (lackingCount >= total || groups.length + others.length + usual === 0) return shortage(evidence, lacking);
  const found = shortage(onNodesFor(evidence), lacking);
  if (groups.length + others.length === 0) return found;
  // Of a device nobody can request less: nodes that are left out for another reason may have it.
  const isElsewhere =
    lacking.some(isDevice) && isTooLarge(onNodesFor(evidence), lacking) && !isTooLarge(evidence, lacking);
  return {
    ...found,
    cause: `${found.cause}; ${shares(verdict, evidence.pod)}`,
    cure: isElsewhere && groups[0] ? `${groups[0].row.cure}, or ${found.cure}` : found.cure,
    // Nodes that are left out now may be large enough.
    final: found.final && shortage(evidence, lacking).final,
  };
}

/** The evidence of nodes that may take the pod, and of the pods there; all of it if no node may. */
function onNodesFor(evidence: Evidence): Evidence {
  const { pod, nodes = [], pods } = evidence;
  const open = nodes.filter((node) => admits(node, pod.spec) && isOpen(node));
  if (open.length === 0) return evidence;
  const names = open.map(({ metadata }) => metadata.name);
  return {
    ...evidence,
    nodes: open,
    ...(pods ? { pods: pods.filter(({ spec }) => !spec.nodeName || names.includes(spec.nodeName)) } : {}),
  };
}

const isOpen = ({ spec, status }: ClusterNode): boolean =>
  !spec.unschedulable && !status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is !== 'True');
