// Explains why a pod gets no node. Pure.
import type { Pod } from '../spark/pod.ts';
import { shownRole } from '../spark/pod.ts';
import type { Diagnosis, Evidence } from './finding.ts';
import { final, firstLine, passing } from './finding.ts';
import { shortage } from './shortage.ts';

/** The taint of a node that takes no more pods. */
const cordon = 'node.kubernetes.io/unschedulable';

/** Why the scheduler finds no node for the pod, from its own words and the nodes' sizes; undefined if it does not complain. */
export function unschedulable(evidence: Evidence): Diagnosis | undefined {
  const { pod } = evidence;
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const role = shownRole(pod);
  const message = condition.message ?? '';
  if (condition.reason === 'SchedulingGated')
    return passing(`${role}: held back by a scheduling gate`, 'wait for the queue that holds the pod');
  const lacking = [...message.matchAll(/Insufficient ([\w./-]*\w)/g)].map(([, name = '']) => name);
  if (lacking.length > 0) return shortage(evidence, lacking);
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
  if (/unbound immediate PersistentVolumeClaims|find available persistent volumes|non-existent pv/.test(message))
    return passing(`${role}: its volume claim has no volume`, 'check the storage class of the claim');
  if (/volume node affinity conflict/.test(message))
    return final(
      `${role}: its volume is on another node or in another zone`,
      'allow the job to run on that node or in that zone, or use another volume',
    );
  if (/Too many pods/.test(message))
    return passing(`${role}: the nodes have no room for more pods`, 'wait for other pods to end, or add nodes');
  if (/no nodes available|0\/0 nodes/.test(message))
    return passing(`${role}: the cluster has no nodes`, 'check the nodes: firesteel status');
  if (/node\.kubernetes\.io\/(?:not-ready|unreachable|network-unavailable)|kubernetes\.io\/uninitialized/.test(message))
    return passing(`${role}: no node is ready`, 'check the nodes: firesteel status');
  const pressure = /node\.kubernetes\.io\/(disk|memory|pid)-pressure/.exec(message)?.[1];
  if (pressure) return passing(`${role}: the nodes are short of ${pressure}`, `free ${pressure} on the nodes`);
  const taints = [...message.matchAll(/untolerated taint\(?s?\)? \{([^}]+)\}/g)].map(([, one = '']) =>
    one.replace(/: $/, ''),
  );
  const others = taints.filter((one) => one !== cordon);
  if (others.length === 0 && (taints.length > 0 || /node\(s\) were unschedulable/.test(message)))
    return passing(
      `${role}: no node admits the pod: each is cordoned`,
      'let a node take pods again: kubectl uncordon NODE',
    );
  if (others.length > 0 || /untolerated taint/.test(message))
    return passing(
      `${role}: no node admits the pod: ${others.length > 1 ? `they have the taints ${others.join(', ')}` : `each has ${others[0] ? `the taint ${others[0]}` : 'a taint'}`}`,
      'remove the taint from a node, or name the taint of spot nodes in spot.taints',
    );
  if (/didn't match Pod's node affinity\/selector/.test(message))
    return passing(
      `${role}: no node has the labels ${shownSelector(pod)}`,
      'correct spark.kubernetes.node.selector.*, or label a node',
    );
  return passing(`${role}: cannot be scheduled: ${firstLine(message)}`, 'check the nodes: firesteel status');
}

const shownSelector = (pod: Pod): string =>
  Object.entries(pod.spec.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'of its selector';
