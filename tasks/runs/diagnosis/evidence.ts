// Collects the evidence of a run: pods, events and logs, from the cluster and from its folder.
import type { Kube } from '../../kube/types.ts';
import type { RunRecord } from '../../record/run-folder.ts';
import { keptEvents, keptPods, lastLines } from '../../record/run-folder.ts';
import type { ClusterNode, KubeEvent, Pod } from '../../spark/pod.ts';
import { hasStarted, isOfRun, podLogName, sparkContainer } from '../../spark/pod.ts';
import { lookAtRoom, type Room } from '../../spark/sizes/room.ts';
import { podsOf } from '../keep.ts';

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
  /** What there is for pods; undefined if the cluster was not asked. */
  room?: Room;
  /** The last lines of each pod's log, by the pod's name. */
  logs: ReadonlyMap<string, string[]>;
  /** When it was so. */
  now: Date;
}

/** How much of a log is read for signs. */
const tailLines = 400;

/** What the run's folder holds, also when its pods and its cluster are gone. */
export function keptEvidence(folder: string, run: RunRecord): RunEvidence {
  const pods = keptPods(folder);
  return {
    run,
    pods,
    live: new Set(),
    isLive: false,
    events: keptEvents(folder),
    nodes: [],
    logs: new Map(pods.map((pod) => [pod.metadata.name, lastLines(folder, podLogName(pod), tailLines)])),
    now: new Date(run.finishedAt ?? Date.now()),
  };
}

/** What the cluster shows, with what was kept of pods that are gone from it. Failure if it cannot be reached. */
export async function liveEvidence(kube: Kube, kept: RunEvidence): Promise<RunEvidence> {
  const { run } = kept;
  const { namespace } = run;
  const [pods, events, room] = await Promise.all([
    podsOf(kube, run),
    kube.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []) as Promise<KubeEvent[]>,
    lookAtRoom(kube, namespace),
  ]);
  const live = new Set(pods.map(({ metadata }) => metadata.name));
  const logs = await Promise.all(
    pods.filter(hasStarted).map(async (pod) => [pod.metadata.name, await tailOf(kube, pod)] as const),
  );
  return {
    run,
    pods: [...pods, ...kept.pods.filter(({ metadata }) => !live.has(metadata.name))],
    live,
    isLive: true,
    events: [...kept.events, ...events.filter((event) => isOfRun(event, run))],
    nodes: room.nodes.map(({ node }) => node),
    room,
    logs: new Map([...kept.logs, ...logs]),
    now: new Date(),
  };
}

/** The end of a container's log; nothing if its node does not give it. */
async function tailOf(kube: Kube, pod: Pod): Promise<string[]> {
  const { name, namespace = '' } = pod.metadata;
  const lines: string[] = [];
  try {
    for await (const line of kube.logs({ name, namespace }, { container: sparkContainer(pod), tailLines }))
      lines.push(line);
  } catch {
    // A pod can go while it is looked at.
  }
  return lines;
}
