// logs: prints the log of a driver or an executor, byte for byte, from the cluster or the run's folder.
import { existsSync } from 'node:fs';
import { exitCode as code, Failure } from './core/failure.ts';
import { until } from './core/wait.ts';
import { keptLines, logPath, previousName } from './record/kept-log.ts';
import type { RunRecord } from './record/run-folder.ts';
import { keptPods, readRun, runFolder, updateRun } from './record/run-folder.ts';
import { neededRun, runProblems } from './runs/find.ts';
import { attached, followToEnd, waitForStart } from './runs/following/attach.ts';
import { hasRestarted, keepAll, keptAsRead, nameLostEnd, podsOf } from './runs/keep.ts';
import { endLines } from './runs/outcome.ts';
import { awaitsOutputs, fetchOutputs } from './runs/outputs.ts';
import { findRunCluster, kubeOf } from './runs/whereabouts.ts';
import type { Pod } from './spark/pod.ts';
import { hasStarted, isDriver, podLogName, shownRole, terminated } from './spark/pod.ts';
import type { Task } from './steps/task.ts';
import type { Context, Show } from './steps/types.ts';

/** Flags of logs alone. */
export interface LogsFlags {
  /** Number of the executor whose log is shown; left out, the driver's is. */
  executor?: string | undefined;
  /** The log of the container before it was restarted. */
  previous?: boolean;
  /** Go on until the container ends. */
  follow?: boolean;
}

/** The task as these flags ask for it. */
export const logsWith = (flags: LogsFlags = {}): Task => ({
  cluster: 'optional',
  plan: ({ context: { profile }, words: [word] }) => ({
    problems: [
      ...runProblems(profile, word),
      ...(/^\d+$/.test(flags.executor ?? '0') ? [] : [`--executor ${flags.executor}: expected a number, such as 1`]),
      ...(flags.previous && flags.follow
        ? ['--previous --follow: the previous container has ended, so its log is complete; use only one of the flags']
        : []),
    ],
    steps: [],
    show: (context, show) => showLog(context, neededRun(word), flags, show),
    exitCode: ({ state }) => state.run?.exitCode ?? code.done,
  }),
});

async function showLog(context: Context, run: RunRecord, flags: LogsFlags, show: Show): Promise<void> {
  const name = flags.executor === undefined ? 'driver' : `executor-${flags.executor}`;
  const folder = runFolder(run.id);
  context.state.run = { id: run.id, folder };
  const { pod, trouble } = await latest(context, run, show, name);
  // Who follows ends as the driver does, or did.
  if (flags.follow && !flags.executor) Object.assign(context.state.run, endOf(readRun(folder) ?? run));
  if (flags.follow && pod) await follow(context, run, pod, show);
  else await showKept(run, name, { previous: flags.previous ?? false, show });
  if (name === 'driver') for (const line of endLines(folder)) show.note(line);
  if (flags.follow && trouble && !readRun(folder)?.finishedAt)
    throw new Failure(`unknown whether ${run.id} is still running: ${trouble}`, {
      hint: `try again once the cluster answers: firesteel logs ${run.id} --follow`,
    });
}

/** The last line for a run that has ended: its driver's exit code, or that there is none. */
const endOf = ({ exitCode, finishedAt }: RunRecord): { exitCode?: number } =>
  exitCode === undefined ? (finishedAt ? { exitCode: code.failed } : {}) : { exitCode };

/** The log's pod, if it is in the cluster now; else what kept the cluster from being asked. */
interface Latest {
  pod?: Pod | undefined;
  trouble?: string;
}

/** Keeps what the cluster has of a run, if it may still continue. */
async function latest(context: Context, run: RunRecord, show: Show, name: string): Promise<Latest> {
  if (!run.unread && ((run.exitCode !== undefined && !awaitsOutputs(run)) || run.killedAt)) return {};
  const found = await findRunCluster(context, run);
  if (found.state !== 'there') {
    if (found.state === 'gone') await readOn(run, []);
    show.note(`${found.why}; showing the log kept on this machine`);
    return { trouble: found.why };
  }
  try {
    const kube = kubeOf(context, run);
    const pods = await keepAll(kube, run);
    await readOn(run, pods);
    const driver = pods.find(isDriver);
    if (awaitsOutputs(run) && driver && terminated(driver))
      await fetchOutputs(kube, run, context.signal).catch((error: unknown) => {
        show.note(`outputs not fetched: ${(error as Error).message}`);
      });
    return { pod: pods.find((pod) => podLogName(pod) === name) };
  } catch (error) {
    const trouble = (error as Error).message;
    show.note(`${trouble}; showing the log kept on this machine`);
    return { trouble };
  }
}

/** After reading on in what was not read to its end: names what went with its pod. */
async function readOn({ id, unread }: RunRecord, pods: readonly Pod[]): Promise<void> {
  if (!unread) return;
  const folder = runFolder(id);
  const there = new Set(pods.map(podLogName));
  for (const name of unread) if (!there.has(name)) await nameLostEnd(folder, name);
  await updateRun(folder, { unread: undefined });
}

/** Shows a log until its container ends; for the driver's, everything of the run is kept in that time. */
async function follow(context: Context, run: RunRecord, pod: Pod, show: Show): Promise<void> {
  if (isDriver(pod)) {
    await waitForStart(context, { line: show.note }, { removes: false });
    return followToEnd(context, { onLog: show.lines, onState: show.note });
  }
  await attached(context, show.note, async ({ kube, signal }) => {
    const started = await until<Pod>({
      for: `start of ${shownRole(pod)}`,
      seconds: startSeconds,
      signal,
      onSeen: show.note,
      probe: async () => {
        const now = (await podsOf(kube, run)).find(({ metadata }) => metadata.name === pod.metadata.name);
        if (!now) throw notStarted(run, pod);
        return hasStarted(now) ? { done: now } : { seen: now.status?.phase ?? 'nothing' };
      },
    });
    for await (const lines of keptAsRead(kube, started, runFolder(run.id), { follow: signal, whole: true }))
      show.lines(lines);
    context.signal.throwIfAborted();
  });
}

/** As long as a driver gets. */
const startSeconds = 900;

/** Shows a log that is in the run's folder; Failure with the reason why it is not. */
async function showKept(
  run: RunRecord,
  name: string,
  { previous, show }: { previous: boolean; show: Show },
): Promise<void> {
  const folder = runFolder(run.id);
  const wanted = previous ? previousName(name) : name;
  if (!existsSync(logPath(folder, wanted))) throw missing(run, name, previous);
  for await (const lines of keptLines(folder, wanted)) show.lines(lines);
}

function missing(run: RunRecord, name: string, previous: boolean): Failure {
  const pods = keptPods(runFolder(run.id));
  const pod = pods.find((one) => podLogName(one) === name);
  const isKept = existsSync(logPath(runFolder(run.id), name));
  if (previous && (isKept || pod))
    return pod && hasRestarted(pod)
      ? new Failure(`the log of ${shownRole(pod)} before its restart is lost`)
      : new Failure(`${name.replace('-', ' ')} of run ${run.id} was never restarted: there is no earlier log`, {
          hint: 'omit --previous',
        });
  if (pod) return notStarted(run, pod);
  const numbers = pods.filter((one) => !isDriver(one)).map((one) => podLogName(one).replace('executor-', ''));
  const executors = numbers.sort((a, b) => Number(a) - Number(b)).join(', ');
  return name === 'driver'
    ? new Failure(`run ${run.id} left no log of its driver`, { hint: `find out why: firesteel why ${run.id}` })
    : new Failure(`run ${run.id} has no ${name.replace('-', ' ')}`, {
        hint: executors ? `choose one of ${executors}` : `list its pods: firesteel status ${run.id}`,
      });
}

const notStarted = (run: RunRecord, pod: Pod): Failure =>
  new Failure(`${shownRole(pod)} of run ${run.id} has not started: there is no log`, {
    hint: `find out why: firesteel why ${run.id}`,
  });
