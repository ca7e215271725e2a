// Waits until the driver runs, and fails early if it can never start.
import { diagnose } from '../causes/diagnosis.ts';
import type { Diagnosis } from '../causes/finding.ts';
import { shownDiagnosis } from '../causes/finding.ts';
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import type { Kube } from '../kube/types.ts';
import type { RunRecord } from '../record/run-folder.ts';
import { keepObjects, runFolder } from '../record/run-folder.ts';
import { outputsContainer } from '../spark/outputs.ts';
import type { ClusterNode, KubeEvent, Pod } from '../spark/pod.ts';
import { driverContainer, isRunning, terminated } from '../spark/pod.ts';
import { heldIn, lookAtRoom, type Room } from '../spark/sizes/room.ts';
import type { Output } from '../steps/types.ts';
import { removeRun } from '../submission/submission.ts';

/** A cluster that must add a node takes a few minutes; seconds. */
const longestWait = 900;

interface StartOptions {
  signal: AbortSignal;
  out: Output;
  /** Remove a driver that will never start, as submit does; left out, it is only reported. */
  removes?: boolean;
}

/** Polls until the driver's container runs or has ended. Failure with the cause if it never will. */
export async function waitForDriver(kube: Kube, run: RunRecord, options: StartOptions): Promise<void> {
  const { signal, out, removes = false } = options;
  let finalSince: number | undefined;
  await until({
    for: 'start of the driver',
    seconds: longestWait,
    everyMs: 150,
    signal,
    hint: `watch the driver, which is still waiting: firesteel logs ${run.id} --follow`,
    onSeen: (seen) => out.line(seen),
    probe: async () => {
      const pod = await getDriver(kube, run);
      if (!pod)
        throw new Failure(`driver pod ${run.driverPod} is gone`, {
          hint: 'find out who deleted the pod, and submit again',
        });
      if (isRunning(pod) || terminated(pod)) return { done: true };
      const diagnosis = await explain(kube, pod);
      if (diagnosis?.final) {
        // One look can be misled by a node that comes or goes at this very moment.
        finalSince ??= performance.now();
        if (performance.now() - finalSince > 1_000) {
          if (removes) await giveUp(kube, run, pod);
          throw new Failure(diagnosis.cause, { hint: diagnosis.cure });
        }
      } else finalSince = undefined;
      return { seen: diagnosis ? shownDiagnosis(diagnosis) : stageOf(pod) };
    },
  });
}

/** Keeps what there was to see, and removes the run. */
async function giveUp(kube: Kube, run: RunRecord, pod: Pod): Promise<void> {
  await keepObjects(runFolder(run.id), [pod], await eventsOf(kube, pod).catch(() => []));
  await removeRun(kube, pod);
}

/** The driver pod of a run; undefined if it is gone. */
export const getDriver = async (kube: Kube, run: RunRecord): Promise<Pod | undefined> =>
  (await kube.get({ apiVersion: 'v1', kind: 'Pod', name: run.driverPod, namespace: run.namespace })) as Pod | undefined;

/** Whether a driver has ended, by its container or by its pod's phase. */
export const isEnded = (pod: Pod): boolean =>
  terminated(pod) !== undefined || ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');

/** Containers of a driver's pod that run on after the driver's own, so that the pod still holds what it requested. */
export const lingering = (pod: Pod): string[] =>
  terminated(pod)
    ? (pod.status?.containerStatuses ?? [])
        // What hands out outputs ends by itself.
        .filter(({ name, state }) => state?.running && ![driverContainer, outputsContainer].includes(name))
        .map(({ name }) => name)
    : [];

/** What a pod that has not started is doing, when nothing is wrong. */
function stageOf(pod: Pod): string {
  if (!pod.spec.nodeName) return 'waiting for a node';
  return `starting on ${pod.spec.nodeName}`;
}

/** Looks at a pod's events and at the nodes, and says why it does not run. */
export async function explain(kube: Kube, pod: Pod): Promise<Diagnosis | undefined> {
  const lacks = pod.status?.conditions?.some(({ message = '' }) => message.includes('Insufficient '));
  const [events, nodes, room] = await Promise.all([
    // Who may not see events or nodes gets a diagnosis without them.
    eventsOf(kube, pod).catch(() => []),
    kube.list({ apiVersion: 'v1', kind: 'Node' }).catch(() => []),
    lacks ? recentRoom(kube, pod.metadata.namespace ?? '') : undefined,
  ]);
  return diagnose({ pod, events, nodes: nodes as ClusterNode[], ...heldIn(room) });
}

/** How long a look at all pods of a cluster is good for, in ms: they may be many. */
const roomMs = 3_000;
const rooms = new WeakMap<Kube, { until: number; room: Promise<Room> }>();

function recentRoom(kube: Kube, namespace: string): Promise<Room> {
  const known = rooms.get(kube);
  if (known && performance.now() < known.until) return known.room;
  const room = lookAtRoom(kube, namespace);
  rooms.set(kube, { until: performance.now() + roomMs, room });
  return room;
}

const eventsOf = async (kube: Kube, pod: Pod): Promise<KubeEvent[]> =>
  (await kube.list({
    apiVersion: 'v1',
    kind: 'Event',
    namespace: pod.metadata.namespace ?? '',
    fieldSelector: `involvedObject.name=${pod.metadata.name}`,
  })) as KubeEvent[];
