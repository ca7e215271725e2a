// Finds which pods hold the resources that a run needs. Pure.
import type { V1Deployment } from '@kubernetes/client-node';
import type { KubeObject } from '../../kube/object.ts';
import { executorCount } from '../conf.ts';
import { historyName } from '../event-log.ts';
import type { Pod } from '../pod.ts';
import { connectLabel, executorIdLabel, isDriver, notebookLabel, runLabel } from '../pod.ts';
import { podCores, podMemory } from '../size.ts';
import { bareAmount, podRequests, shownAmount } from './amounts.ts';

/** Whether a pod has come to its end, and holds nothing any more. */
export const isFinished = ({ status }: Pod): boolean => ['Succeeded', 'Failed'].includes(status?.phase ?? '');

/** Whether a pod is there for as long as its node or cluster: nobody waits for its end. */
export const staysForEver = ({ metadata, spec }: Pod): boolean =>
  metadata.namespace === 'kube-system' ||
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined ||
  metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') === true ||
  spec.priorityClassName?.startsWith('system-') === true;

/** Annotation of a driver: the executors it asks for as it starts. */
export const executorsAnnotation = 'firesteel/executors';

/** How many executors a driver asks for, and what each requests. */
interface Promised {
  count: number;
  requests: Record<string, string>;
}

/** The value of that annotation. */
export const promiseOf = (properties: Record<string, string>): string =>
  JSON.stringify({
    count: executorCount(properties),
    requests: { cpu: podCores('executor', properties), memory: `${podMemory('executor', properties)}Mi` },
  } satisfies Promised);

/** Executors that drivers have not requested yet, as pods without a node. */
export function promisedExecutors(pods: readonly Pod[]): Pod[] {
  const runOf = ({ metadata }: Pod) => metadata.labels?.[runLabel];
  const begun = new Set(pods.filter(({ metadata }) => metadata.labels?.[executorIdLabel]).map(runOf));
  return pods
    .filter((pod) => isDriver(pod) && !begun.has(runOf(pod)))
    .flatMap((driver) => {
      const { count, requests } = readPromise(driver);
      return Array.from({ length: count }, (_, i) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...driver.metadata, name: `${runOf(driver)}-exec-${i + 1}` },
        spec: { containers: [{ name: 'executor', resources: { requests } }] },
      }));
    });
}

/** Pods of Kubernetes itself whose Deployments have not made them yet, as pods without a node. */
export const promisedSystemPods = (deployments: readonly KubeObject<V1Deployment>[]): Pod[] =>
  deployments.flatMap(({ metadata, spec, status }) =>
    Array.from({ length: Math.max(0, (spec?.replicas ?? 1) - (status?.replicas ?? 0)) }, (_, i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: `${metadata.name}-${i + 1}` },
      spec: (spec?.template.spec ?? { containers: [] }) as Pod['spec'],
    })),
  );

function readPromise({ metadata }: Pod): Promised {
  try {
    return JSON.parse(metadata.annotations?.[executorsAnnotation] ?? '') as Promised;
  } catch {
    return { count: 0, requests: {} };
  }
}

/** What an executor requests as its driver was submitted; empty if that is not known. */
export function promisedRequests({ metadata }: Pod, pods: readonly Pod[]): Record<string, string> {
  const run = metadata.labels?.[runLabel];
  const driver = pods.find((pod) => run !== undefined && isDriver(pod) && pod.metadata.labels?.[runLabel] === run);
  return driver ? readPromise(driver).requests : {};
}

/** Servers by the label of their pods: the verb is the first word of their objects' names. */
const serverVerbs = [
  [notebookLabel, 'notebook'],
  [connectLabel, 'connect'],
] as const;

const nameFlag = (name: string): string => (name === '' ? '' : ` --name ${name}`);

/** Who holds something, and the command that ends them. */
interface Holder {
  who: string;
  end?: string;
}

function holderOf(pod: Pod): Holder {
  const { name, namespace, labels = {} } = pod.metadata;
  if (staysForEver(pod)) return { who: 'Kubernetes itself' };
  const run = labels[runLabel];
  if (run) return { who: `run ${run}`, end: `firesteel kill ${run}` };
  for (const [label, verb] of serverVerbs) {
    const server = labels[label];
    if (server) return { who: server, end: `firesteel ${verb} down${nameFlag(server.slice(verb.length + 1))}` };
  }
  if (labels['app.kubernetes.io/name'] === historyName) return { who: historyName, end: 'firesteel history down' };
  return { who: `${namespace}/${name}` };
}

/** One that holds some of a resource. */
export interface Held extends Holder {
  amount: number;
}

/** Who holds how much of a resource, the most first; `nameOf` calls some of them otherwise. */
export function heldBy(
  pods: readonly Pod[],
  resource: string,
  nameOf = (_: Pod): string | undefined => undefined,
): Held[] {
  const all = new Map<string, Held>();
  for (const pod of pods.filter(({ spec }) => spec.nodeName)) {
    const amount = podRequests(pod)[resource] ?? 0;
    const name = nameOf(pod);
    const holder = name === undefined ? holderOf(pod) : { who: name };
    const found = all.get(holder.who);
    if (amount > 0) all.set(holder.who, { ...holder, amount: amount + (found?.amount ?? 0) });
  }
  return [...all.values()].sort((a, b) => b.amount - a.amount);
}

const mostShown = 3;

/** `run a holds 900m cpu, notebook 100m and 2 others 50m`. */
export function shownHeld(held: readonly Held[], resource: string): string {
  const [first, ...others] = held;
  if (!first) return `no pod holds ${resource}`;
  const rest = others.slice(mostShown - 1);
  const restAmount = rest.reduce((total, { amount }) => total + amount, 0);
  return [
    `${first.who} holds ${shownAmount(first.amount, resource)}`,
    ...others.slice(0, mostShown - 1).map(({ who, amount }) => `${who} ${bareAmount(amount, resource)}`),
    ...(rest.length > 0 ? [`${rest.length} more ${bareAmount(restAmount, resource)}`] : []),
  ].join(', ');
}

/** What to do about those who can be ended; undefined if none can. */
export function endingThem(held: readonly Held[]): string | undefined {
  const ends = held.flatMap(({ end }) => end ?? []).slice(0, mostShown);
  return ends.length === 0 ? undefined : `wait for them to end, or end one: ${ends.join(' · ')}`;
}
