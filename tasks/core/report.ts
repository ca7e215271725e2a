// Reports a run: plain lines, JSON events, and the text of a failure.
import { exitCode, Failure, messageOf } from './failure.ts';

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
const began = performance.now();

const timedLine = (event: StepEvent): string => `${elapsed()}  ${plainLine(event)}\n`;

/** One line a change, with the seconds since the start. */
export const reportPlain: Report = (event) => void process.stdout.write(timedLine(event));

/** The same where standard output is for something else. */
export const reportAside: Report = (event) => void process.stderr.write(timedLine(event));
export const reportPlainLines: ReportLines = (path, lines) => {
  const now = elapsed();
  process.stdout.write(each(path, lines, (event) => `${now}  ${plainLine(event)}\n`));
};

const elapsed = (): string => ((performance.now() - began) / 1000).toFixed(1).padStart(6);

const each = (path: string[], lines: string, shown: (event: StepEvent) => string): string =>
  lines
    .split('\n')
    .map((line) => shown({ event: 'output', path, line }))
    .join('');

function plainLine(event: StepEvent): string {
  const title = event.path.at(-1);
  if (event.event === 'output') return `  ${title}: ${event.line}`;
  if (event.state === 'skipped') return `${marks.skipped} ${title}: ${event.reason}`;
  return `${marks[event.state]} ${title}${event.seconds ? ` (${shownSeconds(event.seconds)})` : ''}`;
}

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

/** Rows of cells as lines, each column as wide as its widest cell. */
export function table(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
