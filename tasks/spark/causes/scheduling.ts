// Why a pod gets no node. Pure.
import { quantityValue } from '../../lib/quantity.ts';
import type { ClusterNode, Pod } from '../pod.ts';
import { isDriver, shownRole } from '../pod.ts';
import type { Diagnosis, Evidence } from './finding.ts';
import { final, firstLine, passing } from './finding.ts';

const quantity = (text: string): number => quantityValue(text) ?? Number.NaN;

const resourceNames = ['cpu', 'memory', 'ephemeral-storage'];

/** Why the scheduler finds no node for the pod, from its own words and the nodes' sizes; undefined if it does not complain. */
export function unschedulable({ pod, nodes = [] }: Evidence): Diagnosis | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const role = shownRole(pod);
  const message = condition.message ?? '';
  if (condition.reason === 'SchedulingGated')
    return passing(`${role}: held back by a scheduling gate`, 'wait for the queue that holds it');
  const lacking = /Insufficient ([\w./-]*\w)/.exec(message)?.[1];
  if (lacking)
    return (
      tooLarge(pod, nodes, message) ??
      passing(
        `${role}: not enough ${lacking} free: ${needs(pod, lacking)}, and other pods hold the rest of ${offers(nodes, lacking)}`,
        'wait for other jobs to end, or add nodes',
      )
    );
  const claim = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  if (claim) return passing(`${role}: volume claim ${claim} does not exist`, `create the claim ${claim}`);
  if (/unbound immediate PersistentVolumeClaims/.test(message))
    return passing(`${role}: its volume claim has no volume`, 'check the storage class of the claim');
  if (/volume node affinity conflict/.test(message))
    return final(
      `${role}: its volume is on another node or in another zone`,
      'let the job run there, or use another volume',
    );
  if (/Too many pods/.test(message))
    return passing(`${role}: the nodes hold as many pods as they can`, 'wait for other pods to end, or add nodes');
  if (/no nodes available|0\/0 nodes/.test(message))
    return passing(`${role}: the cluster has no nodes`, 'look at them: firesteel status');
  if (/node\.kubernetes\.io\/(not-ready|unreachable|network-unavailable)/.test(message))
    return passing(`${role}: no node is ready`, 'look at them: firesteel status');
  const pressure = /node\.kubernetes\.io\/(disk|memory|pid)-pressure/.exec(message)?.[1];
  if (pressure) return passing(`${role}: the nodes are short of ${pressure}`, `free ${pressure} on them`);
  const taint = /untolerated taint\(?s?\)? \{([^}]+)\}/.exec(message)?.[1];
  if (taint)
    return passing(
      `${role}: the nodes keep pods away with the taint ${taint.replace(/: $/, '')}`,
      'remove the taint, or tolerate it in a pod template',
    );
  if (/didn't match Pod's node affinity\/selector/.test(message))
    return passing(
      `${role}: no node has the labels ${shownSelector(pod)}`,
      'correct spark.kubernetes.node.selector.*, or label a node',
    );
  return passing(`${role}: cannot be scheduled: ${firstLine(message)}`, 'look at the nodes: firesteel status');
}

/** A request no node could take even if it were empty. */
function tooLarge(pod: Pod, nodes: ClusterNode[], message: string): Diagnosis | undefined {
  const resource = resourceNames.find(
    (name) => message.includes(`Insufficient ${name}`) && nodes.length > 0 && request(pod, name) > largest(nodes, name),
  );
  if (!resource) return undefined;
  const part = isDriver(pod) ? 'driver' : 'executor';
  const key = resource === 'cpu' ? `spark.kubernetes.${part}.request.cores` : `spark.${part}.memory`;
  return final(
    `${shownRole(pod)}: no node is large enough: ${needs(pod, resource)}, there is ${offers(nodes, resource)}`,
    `lower ${key}, or add a larger node`,
  );
}

const request = (pod: Pod, resource: string): number =>
  pod.spec.containers.reduce(
    (sum, { resources }) => sum + quantity(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? '0'),
    0,
  );

const allocatable = (node: ClusterNode, resource: string): number =>
  quantity(node.status?.allocatable?.[resource] ?? '0');

const largest = (nodes: ClusterNode[], resource: string): number =>
  Math.max(...nodes.map((node) => allocatable(node, resource)));

const needs = (pod: Pod, resource: string): string => `it needs ${shownAmount(request(pod, resource), resource)}`;

const offers = (nodes: ClusterNode[], resource: string): string =>
  nodes.length === 0
    ? 'the nodes'
    : `${nodes
        .slice(0, 3)
        .map((node) => `${shownAmount(allocatable(node, resource), resource)} on ${node.metadata.name}`)
        .join(', ')}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ''}`;

/** 1.5 cpu, 1.4 GiB memory, 3 nvidia.com/gpu. */
function shownAmount(amount: number, resource: string): string {
  const rounded = (number: number) => String(Math.floor(number * 100) / 100);
  if (resource !== 'memory' && resource !== 'ephemeral-storage') return `${rounded(amount)} ${resource}`;
  return amount >= 2 ** 30
    ? `${rounded(amount / 2 ** 30)} GiB ${resource}`
    : `${rounded(amount / 2 ** 20)} MiB ${resource}`;
}

const shownSelector = (pod: Pod): string =>
  Object.entries(pod.spec.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'it asks for';
