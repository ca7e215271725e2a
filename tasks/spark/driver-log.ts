// Distinguishes lines of a driver's log that Spark writes from those of the job.
import { stripVTControlCharacters } from 'node:util';

/** Spark's log4j2 default, `25/11/21 14:50:02 INFO SparkContext: …`; Kubernetes keeps no stdout and stderr apart. */
const logged = /^\d{2}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2} (TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b/;

/** What the JVM, the entrypoint and Spark's start say before there is a logger. */
const preamble = [
  /^\+ /,
  /^(\+\+|===) /,
  /^WARNING: (An illegal reflective|Illegal reflective|Please consider|Use --illegal|All illegal|Using incubator|Unknown module|A (restricted|terminally))/,
  /^Picked up (_JAVA_OPTIONS|JAVA_TOOL_OPTIONS)/,
  /^Using Spark's (default|repl) log4j/,
  /^(Setting default log level|To adjust logging level)/,
  /^NOTE: SPARK_/,
  /^:: /,
];

/** What follows an error that was logged: `\tat org.apache…`, `Caused by: …`, `... 12 more`. */
const stackTrace = /^(\s+at |Caused by: |\s+\.\.\. \d+ more|\s*Suppressed: )/;

/** Errors of Java that wrap another one and have no words. */
const wordless = /\b(?:ExceptionInInitializerError|InvocationTargetException|UndeclaredThrowableException)(?:: null)?$/;
const causedBy = 'Caused by: ';

/** The lines; an error that only wraps another one has that error behind a colon. */
export const withRootCauses = (lines: readonly string[]): string[] =>
  lines.map((line, i) => {
    if (!wordless.test(line)) return line;
    const end = lines.findIndex((other, j) => j > i && !stackTrace.test(other));
    const root = lines.slice(i + 1, end < 0 ? undefined : end).findLast((other) => other.startsWith(causedBy));
    return root ? `${line.replace(/: null$/, '')}: ${root.slice(causedBy.length)}` : line;
  });

/** Whether a line is the job's own output: neither log4j's, nor a stack trace of it, nor the start's preamble. */
export const isJobOutput = (line: string): boolean =>
  line.trim() !== '' && !logged.test(line) && !stackTrace.test(line) && !preamble.some((form) => form.test(line));

/** What a carriage return leaves of a line on a terminal: a progress bar writes each of its states over the one before. */
const lastWritten = (line: string): string => line.split('\r').findLast((part) => part !== '') ?? '';

/** A line as a terminal shows it, without colours, cursor moves and other control characters, so that a log cannot play with the terminal. */
export const printable = (line: string): string =>
  lastWritten(stripVTControlCharacters(line)).replaceAll(/(?!\t)\p{Cc}/gu, '');

/** The same of many lines at once, without the last newline. */
export const printableLines = (lines: Buffer): string =>
  lines.toString().replace(/\n$/, '').split('\n').map(printable).join('\n');
