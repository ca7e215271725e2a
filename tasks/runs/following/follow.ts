// Follows a run to its end: the driver's log as written, executors as they come and go, everything kept.
import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose, diagnoseExecutorEnd, diagnoseGone } from '../../causes/diagnosis.ts';
import type { Diagnosis, Evidence } from '../../causes/finding.ts';
import { causeOf, shownDiagnosis } from '../../causes/finding.ts';
import { diagnoseLogText } from '../../causes/refusal.ts';
import { createStrandings } from '../../causes/stranded.ts';
import { Failure } from '../../core/failure.ts';
import type { Kube } from '../../kube/types.ts';
import type { RunRecord } from '../../record/run-folder.ts';
import { isStill, keepObjects, lastLines } from '../../record/run-folder.ts';
import type { KubeEvent, Pod } from '../../spark/pod.ts';
import { hasStarted, isDriver, isOfRun, isRunning, shownRole, terminated } from '../../spark/pod.ts';
import { isConsequence, plainWords } from '../diagnosis/driver-end.ts';
import { podsOf, runPods } from '../keep.ts';
import { explain, getDriver } from '../start.ts';
import { createRunningLogs } from './running-logs.ts';

export interface RunEnd {
  /** The driver container's own. */
  exitCode: number;
  /** What is known of a failure. */
  cause?: string;
  /** Names of logs that were not read to their ends. */
  unread?: string[];
}

interface FollowOptions {
  folder: string;
  signal: AbortSignal;
  /** Lines of the driver's log, as they were written; what was kept of it before comes first. */
  onLog: (lines: Buffer) => void;
  /** How the executors are, whenever that changes. */
  onState: (state: string) => void;
}

/** Pause between looks at executors that do not start, in ms. */
const explainPause = 2_000;
/** How long a driver may run on after its program's end until that is said, in ms. */
const strandedMs = 10_000;
/** Pause between two writings of what was seen of pods and events, in ms. */
const keepPause = 1_000;
/** How much of the driver's log is searched for the cause of a failure. */
const tailLines = 400;

/**
 * Follows until the driver has ended, and answers how. The folder gets driver.log, executor-N.log, events.json and
 * pods/. Failure if the pod is deleted or lost before it ends.
 */
export async function followRun(kube: Kube, run: RunRecord, options: FollowOptions): Promise<RunEnd> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const pods = new Map<string, Pod>();
  /** What is not kept yet. */
  const news = new Map<string, Pod>();
  const live = new Set<string>();
  const events = new Map<string, KubeEvent>();
  let unread: string[] = [];
  let refusal: string | undefined;
  /** Why executors died, by cause: each is shown once. */
  const faults = new Map<string, Fault>();
  let mostRunning = -1;
  /** Whether as many executors run as the run wants: what refused them before is no news. */
  const isOvercome = (count: number) => count >= Math.max(1, run.executors);
  let state = '';
  const say = (text: string) => {
    if (text !== state) options.onState(text);
    state = text;
  };

  const strandings = createStrandings();
  const onDriverLines = (lines: Buffer) => {
    options.onLog(lines);
    const text = lines.toString();
    strandings.read(text);
    const diagnosis = diagnoseLogText(text);
    if (diagnosis) {
      refusal = shownDiagnosis(diagnosis);
      say(refusal);
    }
  };

  const logs = createRunningLogs(kube, {
    folder: options.folder,
    signal,
    isWhole: isDriver,
    onLines: (pod, lines) => {
      if (isDriver(pod)) onDriverLines(lines);
    },
    onTrouble: (pod, error) => say(`the log of ${shownRole(pod)} cannot be read: ${error.message}`),
  });
  /** Waits for the ends of logs, and looks once more at how the pods are that are still there. */
  const lastWords = async () => {
    const isOver = (name: string) => {
      const pod = pods.get(name);
      return !pod || !live.has(name) || !isRunning(pod);
    };
    unread = await logs.lastWords(isOver, options.signal);
    if (options.signal.aborted) return;
    for (const pod of await podsOf(kube, run).catch(() => [])) news.set(pod.metadata.name, pod);
  };
  /** One writing after the other: an older state must not be written over a newer one. */
  let keeping = Promise.resolve();
  const keepNews = (): Promise<void> => {
    const write = async () => {
      if (!isStill(options.folder, run)) return;
      const changed = [...news.values()];
      news.clear();
      return keepObjects(options.folder, changed, events.values());
    };
    keeping = keeping.then(write, write);
    return keeping;
  };

  const ended = new Promise<Pod>((resolve, reject) => {
    const watchPods = async () => {
      for await (const { type, object } of kube.watch(runPods(run), signal)) {
        const pod = object as Pod;
        const { name } = pod.metadata;
        pods.set(name, pod);
        news.set(name, pod);
        if (type === 'DELETED') live.delete(name);
        else live.add(name);
        if (hasStarted(pod)) logs.begin(pod);
        if (isDriver(pod) && (terminated(pod) || pod.status?.phase === 'Failed')) return resolve(pod);
        if (isDriver(pod) && type === 'DELETED') return reject(deleted(run, { pod, events: [...events.values()] }));
        const death = isDriver(pod) ? undefined : executorFault(pod);
        if (death && !faults.has(causeOf(death))) say(shownDiagnosis(death));
        if (death) faults.set(causeOf(death), { pod, shown: shownDiagnosis(death) });
        // Executors that go at the end are no news; one that went badly is.
        const running = [...live].filter((one) => isRunningExecutor(pods.get(one))).length;
        if (isOvercome(running)) refusal = undefined;
        if (!refusal && running > mostRunning) say(shownExecutors(run, pods, live));
        mostRunning = Math.max(running, mostRunning);
      }
      reject(options.signal.reason);
    };
    const watchEvents = async () => {
      const collection = { apiVersion: 'v1', kind: 'Event', namespace: run.namespace };
      for await (const { type, object } of kube.watch(collection, signal)) {
        const event = object as KubeEvent;
        if (type !== 'DELETED' && isOfRun(event, run)) events.set(event.metadata.name, event);
      }
    };
    const keepRegularly = async () => {
      while (!signal.aborted) {
        await sleep(keepPause, undefined, { signal });
        await keepNews();
      }
    };
    let strandedSince: number | undefined;
    const explainStranded = () => {
      const diagnosis = strandings.diagnosis(run.id);
      strandedSince = diagnosis && (strandedSince ?? performance.now());
      // Most end at once.
      if (diagnosis && performance.now() - (strandedSince ?? 0) > strandedMs) say(shownDiagnosis(diagnosis));
    };
    const explainWaiting = async () => {
      while (!signal.aborted) {
        await sleep(explainPause, undefined, { signal });
        explainStranded();
        // Deleted before the watch began, the driver is in no list and in no event.
        const isDeleted = async () => !(await getDriver(kube, run));
        // What one look does not find out, the next one may.
        if (![...pods.values()].some(isDriver) && (await isDeleted().catch(() => false))) return reject(deleted(run));
        const waiting = [...live]
          .map((name) => pods.get(name))
          .find((pod) => pod && !isDriver(pod) && !isRunning(pod) && !terminated(pod));
        const diagnosis = waiting && (await explain(kube, waiting).catch(() => undefined));
        const starving = waiting ? undefined : strandings.starving();
        if (starving) say(shownDiagnosis(starving));
        if (diagnosis) say(`${shownExecutors(run, pods, live)}: ${shownDiagnosis(diagnosis)}`);
      }
    };
    watchPods().catch(reject);
    // Events and explanations help people; a run continues without them.
    watchEvents().catch(() => {});
    explainWaiting().catch(() => {});
    keepRegularly().catch(() => {});
  });

  try {
    const driver = await ended.finally(lastWords);
    const log = lastLines(options.folder, 'driver', tailLines);
    const end = endOf(
      { pod: driver, log, events: [...events.values()] },
      isOvercome(mostRunning) ? undefined : refusal,
      [...faults.values()],
    );
    return { ...end, ...(unread.length > 0 ? { unread } : {}) };
  } finally {
    stop.abort();
    await keepNews();
  }
}

const isRunningExecutor = (pod: Pod | undefined): boolean => pod !== undefined && !isDriver(pod) && isRunning(pod);

/** `executors 1/2 running`; more may run than were requested at the start. Those in workers of others are no pods. */
function shownExecutors(run: RunRecord, pods: Map<string, Pod>, live: Set<string>): string {
  if (run.executors === 0) return 'driver running';
  const running = [...live].filter((name) => isRunningExecutor(pods.get(name))).length;
  return `executors ${running}/${Math.max(run.executors, running)} running`;
}

function deleted(run: RunRecord, evidence?: Evidence): Failure {
  const { cause, cure } = (evidence && diagnoseGone(evidence)) ?? {
    cause: `driver pod ${run.driverPod} was deleted before it ended`,
    cure: 'find out who deleted the pod, and submit again',
  };
  return new Failure(cause, { hint: cure });
}

/** Why an executor failed. */
function executorFault(pod: Pod): Diagnosis | undefined {
  const state = terminated(pod);
  return state && diagnoseExecutorEnd({ pod }, state);
}

/** An executor that failed, and why. */
interface Fault {
  pod: Pod;
  shown: string;
}

function endOf(evidence: Evidence, refusal: string | undefined, faults: readonly Fault[]): RunEnd {
  const { pod } = evidence;
  const state = terminated(pod);
  const found = diagnose(evidence);
  if (!state) {
    const { cause, cure } = found ?? {
      cause: `driver pod ${pod.metadata.name} was lost`,
      cure: 'submit again',
    };
    throw new Failure(cause, { hint: cure });
  }
  const { exitCode } = state;
  if (exitCode === 0) return { exitCode };
  const own = found?.cause ?? `driver: ${plainWords}`;
  const theirs =
    refusal && isConsequence(own, evidence)
      ? refusal
      : faults.findLast((fault) => isConsequence(own, evidence, fault.pod))?.shown;
  const cause = theirs ?? (found && shownDiagnosis(found));
  return { exitCode, ...(cause ? { cause } : {}) };
}
