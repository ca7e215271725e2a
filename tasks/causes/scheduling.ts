// Explains why a pod gets no node. Pure.
import type { ClusterNode, Pod } from '../spark/pod.ts';
import { shownRole } from '../spark/pod.ts';
import { admits } from '../spark/sizes/place.ts';
import type { Diagnosis, Evidence } from './finding.ts';
import { firstLine, passing } from './finding.ts';
import { shortage } from './shortage.ts';
import type { Verdict } from './verdict.ts';
import { readVerdict } from './verdict.ts';

/** Why the scheduler finds no node for the pod, from its own words and the nodes' sizes; undefined if it does not complain. */
export function unschedulable(evidence: Evidence): Diagnosis | undefined {
  const { pod } = evidence;
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const role = shownRole(pod);
  const message = condition.message ?? '';
  if (condition.reason === 'SchedulingGated')
    return passing(`${role}: held back by a scheduling gate`, 'wait for the queue that holds the pod');
  const verdict = readVerdict(message);
  if (verdict.lacking.length > 0) return shortageOf(evidence, verdict);
  const claim = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  if (claim) return passing(`${role}: volume claim ${claim} does not exist`, `create the claim ${claim}`);
  const deleted = /persistentvolumeclaim "([^"]+)" is being deleted/.exec(message)?.[1];
  if (deleted)
    return passing(
      `${role}: volume claim ${deleted} is being deleted`,
      `create the claim ${deleted} again, then submit again`,
    );
  if (/ReadWriteOncePod access mode/.test(message))
    return passing(
      `${role}: another pod uses its volume claim, and only one pod at a time may use it`,
      'wait for the other pod to end',
    );
  if (/unbound immediate PersistentVolumeClaims/.test(message))
    return passing(`${role}: its volume claim has no volume`, 'check the storage class of the claim');
  if (/no nodes available|0\/0 nodes/.test(message))
    return passing(`${role}: the cluster has no nodes`, 'check the nodes: firesteel status');
  const found = leftOut(verdict, pod);
  if (found) return { ...found, cause: `${role}: ${found.cause}` };
  return passing(`${role}: cannot be scheduled: ${firstLine(message)}`, 'check the nodes: firesteel status');
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

/** A shortage on the nodes that the scheduler does not leave out for other reasons, which follow. */
function shortageOf(evidence: Evidence, verdict: Verdict): Diagnosis {
  const { lacking, lackingCount, total, groups, usual, others } = verdict;
  if (lackingCount >= total || groups.length + others.length + usual === 0) return shortage(evidence, lacking);
  const found = shortage(onNodesFor(evidence), lacking);
  if (groups.length + others.length === 0) return found;
  return {
    ...found,
    cause: `${found.cause}; ${shares(verdict, evidence.pod)}`,
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
