// Finds a driver that runs after the end of its program, because other threads keep the JVM alive. Pure.
import type { Diagnosis } from './finding.ts';
import { passing } from './finding.ts';

const began = /SparkContext: Running Spark version /;
const stopped = /SparkContext: Successfully stopped SparkContext/;
const died = /^Exception in thread "main" (.+)/;

export interface Strandings {
  /** Lines of the driver's log, in their order. */
  read(text: string): void;
  /** Why the driver, if it still runs, will not end by itself; `run` is the run's id. */
  diagnosis(run: string): Diagnosis | undefined;
}

/** Reads a driver's log for what its program's end looks like. */
export function createStrandings(): Strandings {
  let error = '';
  let isStopped = false;
  return {
    read(text) {
      if (!/SparkContext: |in thread "main"/.test(text)) return;
      for (const line of text.split('\n')) {
        error = died.exec(line)?.[1]?.slice(0, 200) ?? error;
        if (stopped.test(line)) isStopped = true;
        else if (began.test(line)) isStopped = false;
      }
    },
    diagnosis(run) {
      const end = `kill it: firesteel kill ${run}`;
      if (error) return passing(`driver: its main thread failed with ${error}, and other threads keep it running`, end);
      if (!isStopped) return undefined;
      return passing(
        'driver: Spark has stopped, and the program still runs',
        `wait for the program, or ${end}; for a Java program, submit with --set ${exitsOnEnd}`,
      );
    },
  };
}

const exitsOnEnd = 'spark.conf.spark.submit.callSystemExitOnMainExit=true';

/** The same of the last lines of a log. */
export function diagnoseStranded(lines: readonly string[], run: string): Diagnosis | undefined {
  const strandings = createStrandings();
  strandings.read(lines.join('\n'));
  return strandings.diagnosis(run);
}
