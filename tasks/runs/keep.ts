// Keeps specs, events and logs of a run from the cluster, in addition to what is kept already.
import { tryTurn } from '../core/turn.ts';
import { gapLine } from '../kube/logs/gaps.ts';
import type { Collection, Kube } from '../kube/types.ts';
import type { KeptLog } from '../record/kept-log.ts';
import { logPath, openKeptLog, previousName, watchKeptLog } from '../record/kept-log.ts';
import type { RunRecord } from '../record/run-folder.ts';
import { keepObjects, runFolder } from '../record/run-folder.ts';
import type { KubeEvent, Pod } from '../spark/pod.ts';
import { hasStarted, isOfRun, podLogName, runLabel, sparkContainer, sparkStatus } from '../spark/pod.ts';

/** The pods of a run, to list or to watch; by the run's label, for an app's id may have been drawn by Spark. */
export const runPods = ({ namespace, id }: RunRecord): Collection => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace,
  labelSelector: `${runLabel}=${id}`,
});

/** Those that are in the cluster now. */
export const podsOf = async (kube: Kube, run: RunRecord): Promise<Pod[]> => (await kube.list(runPods(run))) as Pod[];

/** Keeps the specs and events of a run beside those that were kept before; returns its pods. */
async function keepSeen(kube: Kube, run: RunRecord): Promise<Pod[]> {
  const { namespace } = run;
  const [pods, events] = await Promise.all([
    podsOf(kube, run),
    // Events help people; a run can be ended without them.
    kube.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []) as Promise<KubeEvent[]>,
  ]);
  await keepObjects(
    runFolder(run.id),
    pods,
    events.filter((event) => isOfRun(event, run)),
  );
  return pods;
}

interface KeepOptions {
  /** Go on until the container ends or this does; left out, what there is now. */
  follow?: AbortSignal;
  /** The log of the container's start before this one. */
  previous?: boolean;
  /** Yield what was kept before, too. */
  whole?: boolean;
}

/**
 * Keeps a container's log in the run's folder: continues where an earlier reading ended. What cannot be read any more ends
 * there. Yields lines as kept, many at once. Another process may be keeping this log: then that continues, and
 * what it left is kept at the end. Failure if the log cannot be read at all.
 */
export async function* keptAsRead(
  kube: Kube,
  pod: Pod,
  folder: string,
  { follow, previous = false, whole = false }: KeepOptions = {},
): AsyncGenerator<Buffer> {
  const { containerID, lastState } = sparkStatus(pod) ?? {};
  const name = previous ? previousName(podLogName(pod)) : podLogName(pod);
  const container = previous ? lastState?.terminated?.containerID : containerID;
  const turn = await tryTurn(logPath(folder, name));
  const isOurs = 'release' in turn;
  const log = isOurs ? openKeptLog(folder, name, container) : watchKeptLog(folder, name, container);
  try {
    if (whole) yield* log.before();
    yield* read(kube, pod, log, previous, follow);
  } finally {
    log.close();
    if (isOurs) turn.release();
  }
  if (!isOurs && follow?.aborted !== true) await keepRest(kube, pod, { folder, name, container, previous });
}

async function* read(
  kube: Kube,
  pod: Pod,
  log: KeptLog,
  previous: boolean,
  follow?: AbortSignal,
): AsyncGenerator<Buffer> {
  const { name, namespace = '' } = pod.metadata;
  const options = {
    container: sparkContainer(pod),
    previous,
    ...(follow ? { follow: true, signal: follow } : {}),
    ...(log.after ? { after: log.after } : {}),
  };
  for await (const piece of kube.logPieces({ name, namespace }, options)) {
    log.add(piece);
    if (piece.gap) yield Buffer.from(piece.gap);
    if (piece.bytes.length > 0) yield piece.bytes;
  }
}

/** Keeps what the process that kept a log has left, if that has ended. */
async function keepRest(
  kube: Kube,
  pod: Pod,
  {
    folder,
    name,
    container,
    previous,
  }: { folder: string; name: string; container?: string | undefined; previous: boolean },
): Promise<void> {
  const turn = await tryTurn(logPath(folder, name));
  if (!('release' in turn)) return;
  const log = openKeptLog(folder, name, container);
  try {
    for await (const _ of read(kube, pod, log, previous));
  } catch {
    // The pod can be gone since.
  } finally {
    log.close();
    turn.release();
  }
}

/** Names in a kept log that its end is not there: its pod went before the end was read. */
export async function nameLostEnd(folder: string, name: string): Promise<void> {
  const turn = await tryTurn(logPath(folder, name));
  // Another process keeps the log, and knows better.
  if (!('release' in turn)) return;
  const log = openKeptLog(folder, name);
  const { after } = log;
  try {
    log.add({
      bytes: Buffer.alloc(0),
      gap: gapLine(after ? { after } : {}, 'gone'),
      ...(after ? { place: { ...after, gap: true } } : {}),
    });
  } finally {
    log.close();
    turn.release();
  }
}

/** Keeps the logs of those pods that have started, also of their containers' previous starts. */
export async function keepLogs(
  kube: Kube,
  pods: readonly Pod[],
  folder: string,
  { follow, onRead }: { follow?: AbortSignal; onRead?: () => void } = {},
): Promise<void> {
  const keep = async (pod: Pod, previous: boolean) => {
    try {
      for await (const _ of keptAsRead(kube, pod, folder, { previous, ...(follow ? { follow } : {}) })) onRead?.();
    } catch {
      // A pod can go while it is read.
    }
  };
  await Promise.all(
    pods.filter(hasStarted).flatMap((pod) => [keep(pod, false), ...(hasRestarted(pod) ? [keep(pod, true)] : [])]),
  );
}

/** Whether a pod's container has run before its newest start. Spark's pods are never restarted by themselves. */
export const hasRestarted = (pod: Pod): boolean => (sparkStatus(pod)?.restartCount ?? 0) > 0;

/** Keeps all that can be had of a run now; returns its pods. */
export async function keepAll(kube: Kube, run: RunRecord): Promise<Pod[]> {
  const pods = await keepSeen(kube, run);
  await keepLogs(kube, pods, runFolder(run.id));
  return pods;
}
