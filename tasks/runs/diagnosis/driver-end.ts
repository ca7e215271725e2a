// Tells whether a driver ended because of its executors, or because of its program. Pure.
import type { Evidence } from '../../causes/finding.ts';
import { printable, withRootCauses } from '../../spark/driver-log.ts';
import type { Pod } from '../../spark/pod.ts';
import { terminated } from '../../spark/pod.ts';

/** How close to the end of its driver an executor ends that is the reason, in ms. */
const closeMs = 120_000;

/** The code of a driver that gave up because too many executors had failed (SparkExitCode.scala). */
const tooManyFailures = 11;

/** Causes that always follow from executors. */
const follows = /gave up after \d+ executors|no executor takes the tasks|refuses the pod's service account/;
/** How a cause begins that is no more than an exit code and the last error of a log. */
export const plainWords = 'ended with exit code';
/** Causes that only repeat how the log ends. */
const repeats = new RegExp(`${plainWords}|its main thread failed with`);
/** What Spark says of an executor that took a job with it. */
const namesExecutor = /ExecutorLostFailure|FetchFailed/;
/** Where the message of a program's last error begins. */
const beginsError = /^(?:Traceback \(most recent call last\)|Exception in thread "main" )/;
const isLogged = (line: string): boolean => /^\d\d\/\d\d\/\d\d /.test(line);
/** An error of a program in Python: not one of Spark, nor of the connection to it. */
const ownError = /^(?!(?:java|javax|scala|org|com|io|net|py4j|pyspark)\.)[\w.]+(?:Error|Exception)\b/;

/**
 * Whether this cause of a driver's end follows from its executors: from the one in `pod`, or from those that the API
 * server refused until the end.
 */
export function isConsequence(cause: string, driver: Evidence, pod?: Pod): boolean {
  if (follows.test(cause)) return true;
  if (!repeats.test(cause)) return false;
  const log = (driver.log ?? []).map(printable);
  if (terminated(driver.pod)?.exitCode === tooManyFailures) return true;
  const message = log.slice(
    Math.max(
      0,
      log.findLastIndex((line) => beginsError.test(line)),
    ),
  );
  if (message.some((line) => !isLogged(line) && namesExecutor.test(line))) return true;
  return !ownError.test(lastError(log) ?? '') && (!pod || isClose(driver.pod, pod));
}

/** An end whose time is unknown counts as close. */
function isClose(driver: Pod, executor: Pod): boolean {
  const [one, other] = [driver, executor].map((pod) => Date.parse(terminated(pod)?.finishedAt ?? ''));
  return !(Math.abs((one ?? 0) - (other ?? 0)) > closeMs);
}

const beginsWithError = /^(?:Caused by: )?(?:[\w.$]+(?:Error|Exception)|Error)\b:? ?/;
/** What Py4J says of an error of Java, whose words are on the next line behind a colon. */
const ofJava = /^py4j\.protocol\.Py4JJavaError: /;
/** What Spark says of a failed task before the error of that task. */
const ofTask = /Task \S+ in stage \S+ failed \d+ times, most recent failure: Lost task .*? executor \S+\): /;

/** The last line that names an error: a Python exception, a Java one, Spark's own. */
export function lastError(log: readonly string[]): string | undefined {
  const lines = withRootCauses(log.map(printable));
  const own = lines.findLastIndex((line) => beginsWithError.test(line) && !line.startsWith('Caused by: '));
  const [, java] = (ofJava.test(lines[own] ?? '') && /^: (.+)/.exec(lines[own + 1] ?? '')) || [];
  const found = java?.replace(ofTask, '') ?? lines.findLast((line) => beginsWithError.test(line));
  return found?.slice(0, 200);
}
