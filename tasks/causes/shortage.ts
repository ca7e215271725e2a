// Explains why no node has room for a pod, which pods hold the room, and what helps. Pure.
import type { ClusterNode, Pod } from '../spark/pod.ts';
import { connectLabel, isDriver, notebookLabel, runLabel, shownRole } from '../spark/pod.ts';
import type { Amounts } from '../spark/sizes/amounts.ts';
import { amountsOf, minus, podRequests, shownAmount, sum } from '../spark/sizes/amounts.ts';
import { cpuQuantity, cpuStep, leastCpu } from '../spark/sizes/choice.ts';
import { endingThem, heldBy, isFinished, promisedRequests, shownHeld, staysForEver } from '../spark/sizes/holders.ts';
import type { Diagnosis, Evidence } from './finding.ts';
import { final, passing } from './finding.ts';

const whole = ({ status }: ClusterNode): Amounts => amountsOf(status?.allocatable);

const heldOn = (node: ClusterNode, pods: readonly Pod[]): Amounts =>
  sum(pods.filter(({ spec }) => spec.nodeName === node.metadata.name).map(podRequests));

/** `lacking` are the resources that the scheduler misses. */
export function shortage(evidence: Evidence, lacking: readonly string[]): Diagnosis {
  const { pod, nodes = [], pods } = evidence;
  const holding = (pods ?? []).filter((one) => !isFinished(one));
  const found = tooLarge(evidence, lacking, holding);
  if (found) return found;
  const resource = lacking[0] ?? 'cpu';
  const start = `${shownRole(pod)}: not enough ${resource} free: ${needs(pod, resource)}`;
  if (!pods)
    return passing(
      `${start}, and other pods hold the rest of ${offers(nodes, resource)}`,
      `wait for other jobs to end, or ${askForLess(evidence, resource, [])}`,
    );
  const others = holding.filter((one) => !isOfSame(one, pod) && !staysForEver(one));
  const own = pod.metadata.labels?.[runLabel] ? 'its run' : 'its notebook';
  const held = heldBy(holding, resource, (one) => (isOfSame(one, pod) ? own : undefined));
  return passing(
    `${start}; of ${offers(nodes, resource)}, ${shownHeld(held, resource)}`,
    fitsWithout(evidence, others, holding)
      ? (endingThem(heldBy(others, resource)) ?? 'wait for other pods to end, or add nodes')
      : askForLess(evidence, resource, holding),
  );
}

/** Whether the pod finds room once these pods have ended. */
const fitsWithout = ({ pod, nodes = [] }: Evidence, others: readonly Pod[], holding: readonly Pod[]): boolean => {
  const left = holding.filter((one) => !others.includes(one));
  const need = Object.entries(podRequests(pod));
  return nodes.some((node) => {
    const free = minus(whole(node), heldOn(node, left));
    return need.every(([name, amount]) => name === 'pods' || amount <= (free[name] ?? 0));
  });
};

/** Whether no node could take the pod even if every pod that ends had ended. */
export const isTooLarge = (evidence: Evidence, lacking: readonly string[]): boolean =>
  tooLarge(
    evidence,
    lacking,
    (evidence.pods ?? []).filter((one) => !isFinished(one)),
  ) !== undefined;

/** A request that no node could take even if every pod that ends had ended. */
function tooLarge(evidence: Evidence, lacking: readonly string[], holding: readonly Pod[]): Diagnosis | undefined {
  const { pod, nodes = [], grows } = evidence;
  const resource = lacking.find((name) => nodes.length > 0 && request(pod, name) > mostOf(nodes, name, holding));
  if (!resource) return undefined;
  if (nodes.every((node) => !whole(node)[resource]))
    return (grows ? passing : final)(
      `${shownRole(pod)}: no node that admits the pod has ${resource}`,
      `add nodes that have ${resource}, with the device plugin that offers it`,
    );
  return (grows ? passing : final)(
    `${shownRole(pod)}: no node is large enough: ${needs(pod, resource)}, there is ${offers(nodes, resource, holding.filter(staysForEver))}`,
    `${askForLess(evidence, resource, holding)}, or add a larger node`,
  );
}

/** What the node with the most has for pods beside those that stay. */
const mostOf = (nodes: readonly ClusterNode[], resource: string, holding: readonly Pod[]): number =>
  Math.max(...nodes.map((node) => minus(whole(node), heldOn(node, holding.filter(staysForEver)))[resource] ?? 0));

const isOfSame = (one: Pod, other: Pod): boolean =>
  [runLabel, notebookLabel, connectLabel].some((label) => {
    const value = other.metadata.labels?.[label];
    return value !== undefined && one.metadata.labels?.[label] === value;
  });

/** Heap of a pod in MiB: Spark adds 384, or up to 0.4 of the heap. */
const heapIn = (mebibytes: number): number => Math.floor(Math.min(mebibytes - leastOverhead, mebibytes / 1.4));
const leastHeap = 512;
const leastOverhead = 384;

/** The words that make pods of this kind small enough for all of them to fit together. */
function askForLess(evidence: Evidence, resource: string, holding: readonly Pod[]): string {
  const { pod, nodes = [] } = evidence;
  if (resource === 'memory' && isEnlarged(pod, holding))
    return 'lower spark.executor.memory in the program, which sets it itself';
  const together = Math.max(2, holding.filter((one) => isOfSame(one, pod)).length);
  const share = Math.max(0, mostOf(nodes, resource, holding)) / together;
  const [verb, ...words] = lessWords(pod, resource, Number.isFinite(share) ? share : 0);
  return words.length > 0 ? `${verb} ${words.join(' ')}` : 'request less';
}

/** Whether the program gave its executors more heap than they were submitted with. Spark writes theirs into a variable. */
function isEnlarged(pod: Pod, pods: readonly Pod[]): boolean {
  const promised = amountsOf(promisedRequests(pod, pods))['memory'];
  const own = pod.spec.containers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'SPARK_EXECUTOR_MEMORY');
  const [, heap] = /^(\d+)m$/.exec(own?.value ?? '') ?? [];
  return promised !== undefined && (Number(heap ?? 0) + leastOverhead) * 2 ** 20 > promised;
}

function lessWords(pod: Pod, resource: string, share: number): string[] {
  const part = isDriver(pod) ? 'driver' : 'executor';
  const { labels = {} } = pod.metadata;
  const isServer = labels[notebookLabel] !== undefined;
  const isConnect = labels[connectLabel] !== undefined;
  const cores = cpuQuantity(Math.max(leastCpu, Math.floor(share / cpuStep) * cpuStep));
  const mebibytes = Math.floor(share / 2 ** 20);
  if (isServer && part === 'driver')
    return [
      'run notebook up with',
      resource === 'memory' ? `--set notebook.memory=${mebibytes}Mi` : `--set notebook.cores=${cores}`,
    ];
  const again = isServer ? 'run notebook up with' : isConnect ? 'run connect up with' : 'submit again with';
  if (resource === 'cpu') return [again, `--set spark.conf.spark.kubernetes.${part}.request.cores=${cores}`];
  if (resource !== 'memory') return [];
  const heap = heapIn(mebibytes);
  if (heap >= leastHeap) return [again, `--set spark.conf.spark.${part}.memory=${heap}m`];
  return isServer || isConnect ? [] : [again, '--num-executors 1'];
}

const request = (pod: Pod, resource: string): number => podRequests(pod)[resource] ?? 0;

const needs = (pod: Pod, resource: string): string => `it needs ${shownAmount(request(pod, resource), resource)}`;

/** What each node has, beside what these pods hold. */
const offers = (nodes: readonly ClusterNode[], resource: string, pods: readonly Pod[] = []): string =>
  nodes.length === 0
    ? 'the nodes'
    : `${nodes
        .slice(0, 3)
        .map(
          (node) =>
            `${shownAmount(minus(whole(node), heldOn(node, pods))[resource] ?? 0, resource)} on ${node.metadata.name}`,
        )
        .join(', ')}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ''}`;
