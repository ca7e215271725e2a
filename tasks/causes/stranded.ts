// Finds a driver that runs to no end: after its program, because other threads keep the JVM alive, or without executors. Pure.
import { isJobOutput, printable } from '../spark/driver-log.ts';
import type { Diagnosis } from './finding.ts';
import { passing } from './finding.ts';

const began = /SparkContext: Running Spark version /;
const stopped = /SparkContext: Successfully stopped SparkContext/;
const died = /^Exception in thread "main" (.+)/;
const worksOn = /(?:DAGScheduler|SparkContext): (?:Got|Starting) job\b/;
/** TaskSchedulerImpl repeats this every 15 seconds until the first task starts. */
const starves = /Initial job has not accepted any resources/;
const works = /TaskSetManager: (?:Starting|Finished) task|Registered executor/;
const looked = /SparkContext: |in thread "main"|^Traceback |Initial job has not|TaskSetManager: |Registered executor/m;

export interface Strandings {
  /** Lines of the driver's log, in their order. */
  read(text: string): void;
  /** Why the driver, if it still runs, will not end by itself; `run` is the run's id. */
  diagnosis(run: string): Diagnosis | undefined;
  /** Why its tasks do not start, where no pod of an executor tells. */
  starving(): Diagnosis | undefined;
}

/** Reads a driver's log for what its program's end looks like. */
export function createStrandings(): Strandings {
  let error = '';
  let isStopped = false;
  let isStarving = false;
  const traceback = createTraceback();
  return {
    read(text) {
      if (!looked.test(text) && !traceback.isOpen() && !error) return;
      for (const line of text.split('\n').map(printable)) {
        error = died.exec(line)?.[1]?.slice(0, 200) ?? error;
        // A program that the job started has a main thread, too: Spark at work afterwards shows that it was that one.
        if (worksOn.test(line) || began.test(line)) error = '';
        if (stopped.test(line)) isStopped = true;
        else if (began.test(line)) isStopped = false;
        if (starves.test(line)) isStarving = true;
        else if (works.test(line)) isStarving = false;
        traceback.read(line);
      }
    },
    starving: () =>
      isStarving
        ? passing(
            'driver: no executor takes the tasks of the job',
            'compare spark.executor.memory and spark.executor.cores with the room that is left: firesteel standalone status, firesteel status',
          )
        : undefined,
    diagnosis(run) {
      const end = `kill it: firesteel kill ${run}`;
      if (error) return passing(`driver: its main thread failed with ${error}, and other threads keep it running`, end);
      if (!isStopped && traceback.error())
        return passing(
          `driver: its log ends with ${traceback.error()}, and the program still runs`,
          `wait for the program; if it has failed, ${end}`,
        );
      if (!isStopped) return undefined;
      return passing(
        'driver: Spark has stopped, and the program still runs',
        `wait for the program, or ${end}; for a Java program, submit with --set ${exitsOnEnd}`,
      );
    },
  };
}

/** What follows the first line of a Java error's message. */
const goesOn = /^(?:\s|: |Caused by: |Driver stacktrace:|During handling of|The above exception)/;

/** Finds the traceback of Python that a log ends with: its program failed, or goes on in silence. */
function createTraceback() {
  let state: 'none' | 'frames' | 'ended' = 'none';
  let before = '';
  let error = '';
  return {
    read(line: string) {
      // That of another thread ends only the thread.
      if (line.startsWith('Traceback (most recent call last)'))
        state = /^Exception (?:in thread|ignored)/.test(before) ? 'none' : 'frames';
      else if (state === 'frames' && /^\w/.test(line)) {
        error = line.slice(0, 200);
        state = 'ended';
      } else if (state === 'ended' && (worksOn.test(line) || (isJobOutput(line) && !goesOn.test(line)))) state = 'none';
      if (line.trim() !== '') before = line;
    },
    isOpen: () => state !== 'none',
    error: () => (state === 'ended' ? error : ''),
  };
}

const exitsOnEnd = 'spark.conf.spark.submit.callSystemExitOnMainExit=true';

/** The same of the last lines of a log. */
export function diagnoseStranded(lines: readonly string[], run: string): Diagnosis | undefined {
  const strandings = createStrandings();
  strandings.read(lines.join('\n'));
  return strandings.diagnosis(run) ?? strandings.starving();
}
