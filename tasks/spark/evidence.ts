// What there is to see of a run: its pods, events and logs, from the cluster and from its folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kube } from '../lib/types.ts';
import type { ClusterNode, KubeEvent, Pod } from './pod.ts';
import { appLabel, driverContainer, executorContainer, isDriver, isRunning, podLogName, terminated } from './pod.ts';
import type { RunRecord } from './run-folder.ts';
import { readLog } from './run-folder.ts';

/** What there is to see of one run. */
export interface RunEvidence {
  run: RunRecord;
  pods: Pod[];
  /** Names of the pods that are in the cluster now; none of them when nobody was asked. */
  live: ReadonlySet<string>;
  /** Whether the cluster was asked. */
  isLive: boolean;
  events: KubeEvent[];
  nodes: ClusterNode[];
  /** The last lines of each pod's log, by the pod's name. */
  logs: ReadonlyMap<string, string[]>;
  /** When it was so. */
  now: Date;
}

/** How much of a log is read for signs. */
const tailLines = 400;

/** What the run's folder holds, also when its pods and its cluster are gone. */
export function keptEvidence(folder: string, run: RunRecord): RunEvidence {
  const files = existsSync(join(folder, 'pods')) ? readdirSync(join(folder, 'pods')) : [];
  const pods = files.filter((file) => file.endsWith('.json')).map((file) => readJson<Pod>(join(folder, 'pods', file)));
  const eventsFile = join(folder, 'events.json');
  return {
    run,
    pods,
    live: new Set(),
    isLive: false,
    events: existsSync(eventsFile) ? readJson<KubeEvent[]>(eventsFile) : [],
    nodes: [],
    logs: new Map(pods.map((pod) => [pod.metadata.name, readLog(folder, podLogName(pod)).slice(-tailLines)])),
    now: new Date(run.finishedAt ?? Date.now()),
  };
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** What the cluster shows, with what was kept of pods that are gone from it. Failure if it cannot be reached. */
export async function liveEvidence(kube: Kube, kept: RunEvidence): Promise<RunEvidence> {
  const { run } = kept;
  const { namespace } = run;
  const [pods, events, nodes] = await Promise.all([
    kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: `${appLabel}=${run.appId}` }) as Promise<
      Pod[]
    >,
    kube.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []) as Promise<KubeEvent[]>,
    // Who may not see the nodes gets a diagnosis without them.
    kube.list({ apiVersion: 'v1', kind: 'Node' }).catch(() => []) as Promise<ClusterNode[]>,
  ]);
  const live = new Set(pods.map(({ metadata }) => metadata.name));
  const started = pods.filter((pod) => isRunning(pod) || terminated(pod));
  const logs = await Promise.all(started.map(async (pod) => [pod.metadata.name, await tailOf(kube, pod)] as const));
  return {
    run,
    pods: [...pods, ...kept.pods.filter(({ metadata }) => !live.has(metadata.name))],
    live,
    isLive: true,
    events: [...kept.events, ...events.filter(({ involvedObject }) => involvedObject.name?.startsWith(`${run.id}-`))],
    nodes,
    logs: new Map([...kept.logs, ...logs]),
    now: new Date(),
  };
}

/** The end of a container's log; nothing if its node does not give it. */
async function tailOf(kube: Kube, pod: Pod): Promise<string[]> {
  const { name, namespace = '' } = pod.metadata;
  const container = isDriver(pod) ? driverContainer : executorContainer;
  const lines: string[] = [];
  try {
    for await (const line of kube.logs({ name, namespace }, { container, tailLines })) lines.push(line);
  } catch {
    // A pod can go while it is looked at.
  }
  return lines;
}
