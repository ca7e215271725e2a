// Reports a run: plain lines, JSON events, and the text of a failure.

import { exitCode, Failure, messageOf } from './failure.ts';
import { columnsOf, wrapped } from './screen/columns.ts';

/** One change of a step; `path` is its title behind those of the groups around it. */
export type StepEvent =
  | { event: 'step'; path: string[]; state: 'started' | 'completed' | 'failed'; seconds?: number }
  | { event: 'step'; path: string[]; state: 'skipped'; reason: string }
  | { event: 'output'; path: string[]; line: string };

export type Report = (event: StepEvent) => void;

/** The same as a report of each of these lines, at once: a log may have millions. */
export type ReportLines = (path: string[], lines: string) => void;

const jsonLine = (event: StepEvent): string => `${JSON.stringify(event)}\n`;

/** One JSON object a line on stdout. */
export const reportJson: Report = (event) => void process.stdout.write(jsonLine(event));
export const reportJsonLines: ReportLines = (path, lines) => void process.stdout.write(each(path, lines, jsonLine));

const marks = { started: '▸', completed: '✔', skipped: '↷', failed: '✖' };
/** For those to whom lines are read out. */
const words = { started: 'begins:', completed: 'done:', skipped: 'skipped:', failed: 'failed:' };
const began = performance.now();

/** How lines look. */
interface Look {
  /** Words in place of marks, and no clock: a screen reader reads every sign. */
  isReadOut: boolean;
  /** Where they go; standard output may be for something else. */
  stream?: NodeJS.WriteStream;
}

/** One line a change, with the seconds since the start; wrapped to the columns of the terminal. */
export const plainReport =
  ({ isReadOut, stream = process.stdout }: Look): Report =>
  (event) =>
    void stream.write(
      event.event === 'output'
        ? `${clock(isReadOut)}${plainLine(event, isReadOut)}\n`
        : `${wrapped(`${clock(isReadOut)}${plainLine(event, isReadOut)}`, columnsOf(stream), 2)}\n`,
    );

/** The same of many lines of a step. */
export const plainReportLines =
  ({ isReadOut }: Look): ReportLines =>
  (path, lines) => {
    const now = clock(isReadOut);
    process.stdout.write(each(path, lines, (event) => `${now}${plainLine(event, isReadOut)}\n`));
  };

/** For programs and files. */
export const reportPlain: Report = plainReport({ isReadOut: false });

const clock = (isReadOut: boolean): string =>
  isReadOut ? '' : `${((performance.now() - began) / 1000).toFixed(1).padStart(6)}  `;

const each = (path: string[], lines: string, shown: (event: StepEvent) => string): string =>
  lines
    .split('\n')
    .map((line) => shown({ event: 'output', path, line }))
    .join('');

function plainLine(event: StepEvent, isReadOut: boolean): string {
  const title = event.path.at(-1);
  if (event.event === 'output') return `${isReadOut ? '' : '  '}${title}: ${event.line}`;
  const mark = (isReadOut ? words : marks)[event.state];
  if (event.state === 'skipped') return `${mark} ${title}: ${event.reason}`;
  const isLong = event.seconds !== undefined && event.seconds >= (isReadOut ? 1 : 0.001);
  return `${mark} ${title}${isLong ? ` (${shownSeconds(event.seconds ?? 0)})` : ''}`;
}

/** Words of marks at the beginning of a line. */
const spokenMarks: Readonly<Record<string, string>> = {
  '✔': 'ok: ',
  '✖': 'failed: ',
  '‼': 'crashed: ',
  '↷': 'skipped: ',
  '▸': 'step: ',
  '◦': 'note: ',
  '→': 'to do: ',
  '│': '',
};

/** A text with words in place of marks and arrows, to be read out. */
export const readOut = (text: string): string =>
  text
    .replaceAll(/^( *)([✔✖‼↷▸◦→│]) */gmu, (_, blanks: string, mark: string) => `${blanks}${spokenMarks[mark]}`)
    .replaceAll(' → ', ' becomes ');

/** Seconds for people: 0.85 is "0.9 s", 75 is "1 min 15 s". */
export function shownSeconds(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What to print of a failure: the step, the message, the last output, one thing to do. */
export function failureText(step: string, error: unknown, verbose: boolean): string {
  const failure = error instanceof Failure ? error : undefined;
  const message = messageOf(error);
  return [
    `✖ ${step ? `${step}: ` : ''}${message}`,
    ...(failure?.output ? [failure.output.replaceAll(/^/gm, '  │ ')] : []),
    ...(failure?.hint ? [`→ ${failure.hint}`] : []),
    ...(verbose && error instanceof Error && error.stack ? [error.stack] : []),
  ].join('\n');
}

/** A failure as a JSON event: everything that its text says, and the exit code. */
export function failureEvent(step: string, error: unknown): string {
  const { hint, output, exitCode: code = exitCode.failed }: Partial<Failure> = error instanceof Failure ? error : {};
  const fields = { message: messageOf(error), ...(hint ? { hint } : {}), ...(output ? { output } : {}) };
  return `${JSON.stringify({ event: 'failed', step, ...fields, exitCode: code })}\n`;
}
