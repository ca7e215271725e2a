// Starts the notebook servers of a class before the class begins, at a pace that the nodes can carry.
import { setTimeout as sleep } from 'node:timers/promises';
import { listed } from '../../core/screen/listed.ts';
import { table } from '../../core/screen/table.ts';
import { until } from '../../core/wait.ts';
import { type Deployment, isServing } from '../../kube/deployment.ts';
import { presentPod, whatKeeps } from '../../servers/state.ts';
import type { Pod } from '../../spark/pod.ts';
import type { Context, Output } from '../../steps/types.ts';
import { classSelector, notebookName, seatNamespace, studentLabel } from './labels.ts';

/** How a student's notebook server is. */
export type ServerState = 'paused' | 'starting' | 'ready';

/** Whether a seat's server is on, ready or not. */
export const isRunning = (state: ServerState | undefined): boolean => state === 'ready' || state === 'starting';

/** Of every seat of a class, by student. */
export async function serverStates({ kube, profile }: Context): Promise<Map<string, ServerState>> {
  const labelSelector = classSelector(profile.classroom.name);
  const found = new Map<string, ServerState>();
  for await (const page of kube.pages({ apiVersion: 'apps/v1', kind: 'Deployment', labelSelector }))
    for (const deployment of page as Deployment[]) {
      const student = deployment.metadata.labels?.[studentLabel];
      if (student && deployment.metadata.name === notebookName) found.set(student, stateOf(deployment));
    }
  return found;
}

const stateOf = (deployment: Deployment): ServerState =>
  deployment.spec?.replicas === 0 ? 'paused' : isServing(deployment) ? 'ready' : 'starting';

/** A JupyterLab takes two seconds of a core to start. */
const startsPerCore = 15;

/** Milliseconds between two starts: what the profile says, else what the cores of all nodes bear. */
export const startPause = (pace: number | undefined, cores: number): number =>
  60_000 / (pace ?? Math.max(startsPerCore, Math.floor(cores) * startsPerCore));

/** Does something for each student, no more often than this. */
export async function paced<T>(
  all: readonly T[],
  pauseMs: number,
  signal: AbortSignal,
  start: (one: T) => Promise<void>,
): Promise<void> {
  let next = performance.now();
  for (const one of all) {
    await sleep(Math.max(0, next - performance.now()), undefined, { signal });
    next = Math.max(next, performance.now()) + pauseMs;
    await start(one);
  }
}

/** A pod of a cloud waits for its volume. */
const usualPatience = 300;

/** Students whose servers are not ready, with what keeps each. */
export type Late = ReadonlyMap<string, string>;

/** Until every server of these students is ready, or for these seconds no further one was. */
export async function waitForServers(
  context: Context,
  students: readonly string[],
  out: Output,
  seconds = usualPatience,
): Promise<Late> {
  let fewest = students.length;
  let deadline = performance.now() + seconds * 1000;
  const late = await until<string[]>({
    for: 'notebook server of each student',
    seconds: Number.POSITIVE_INFINITY,
    everyMs: 1000,
    signal: context.signal,
    onSeen: out.line,
    probe: async () => {
      const states = await serverStates(context);
      const waiting = students.filter((student) => states.get(student) !== 'ready');
      const ready = `${students.length - waiting.length} of ${students.length} ready`;
      out.table?.([ready, ...table(waiting.map((student) => [student, states.get(student) ?? 'no seat']))]);
      if (waiting.length < fewest) {
        fewest = waiting.length;
        deadline = performance.now() + seconds * 1000;
      }
      const isOver = waiting.length === 0 || performance.now() > deadline;
      return isOver ? { done: waiting } : { seen: `${ready}; waiting for ${listed(waiting, 3)}` };
    },
  });
  const reasons = late.map((student) => whyLate(context, student).catch(() => notReady));
  return new Map((await Promise.all(reasons)).map((why, i) => [late[i] ?? '', why]));
}

const notReady = 'the notebook server is not ready';

/** What keeps a student's server from being ready. */
async function whyLate({ kube, profile }: Context, student: string): Promise<string> {
  const namespace = seatNamespace(profile.classroom.name, student);
  const [deployment, pods] = await Promise.all([
    kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: notebookName }),
    kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }),
  ]);
  if (!deployment) return 'no seat: make it with firesteel classroom apply';
  const keeps = await whatKeeps(kube, presentPod(deployment as Deployment, pods as Pod[]));
  return `${notReady}: ${keeps}`;
}
