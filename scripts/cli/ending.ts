// Prints the end of a run: its result or failure, its slowest steps, and running costs.
import { exitCode, Failure } from '../../tasks/core/failure.ts';
import { failureEvent, failureText, readOut, shownSeconds } from '../../tasks/core/report.ts';
import type { Outcome } from '../../tasks/steps/runner.ts';
import type { Context } from '../../tasks/steps/types.ts';
import { noteCrash } from './crash.ts';
import type { Flags } from './flags.ts';
import { withOwnFlags } from './own-flags.ts';
import type { Run } from './questions.ts';

/** Why a verb ends when its reader has gone: nobody sees the output. */
export const unread = new Failure('the program that reads the output has ended', { exitCode: exitCode.done });

/** The same error, whose hint reaches the cluster of this run. */
function withOwnHint(error: unknown, flags: Flags): unknown {
  if (!(error instanceof Failure) || !error.hint) return error;
  const hint = withOwnFlags(`→ ${error.hint}`, flags).slice(2);
  return Object.assign(new Failure(error.message, { hint, exitCode: error.exitCode }), { output: error.output });
}

/** Prints the result, or what went wrong. Answers the exit code. */
export async function finish({ plan, context }: Run, outcome: Outcome, flags: Flags): Promise<number> {
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  const spoken = flags.plain ? readOut : (text: string) => text;
  if (context.signal.reason === unread) return unread.exitCode;
  if (outcome.failure) {
    const { step, error } = outcome.failure;
    // A step that Ctrl-C ended may know better than the handler what to do next.
    const isOwn = error instanceof Failure && error.exitCode === exitCode.interrupted;
    const { aborted, reason } = context.signal;
    const failure = aborted && !isOwn && reason instanceof Failure ? reason : error;
    const code = failure instanceof Failure ? failure.exitCode : exitCode.failed;
    if (flags.json) process.stdout.write(failureEvent(step, withOwnHint(failure, flags)));
    else process.stderr.write(`${spoken(withOwnFlags(failureText(step, failure, flags.verbose), flags))}\n`);
    noteCrash(failure);
    return code;
  }
  const said = (await plan.done?.(context)) ?? context.state.lines ?? [];
  const lines = said.map((line) => withOwnFlags(line, flags));
  const code = plan.exitCode?.(context) ?? exitCode.done;
  const facts = { ...context.state.facts, ...plan.facts?.(context) };
  if (flags.json) print(JSON.stringify({ event: 'done', exitCode: code, lines, ...facts, times: outcome.times }));
  // A listener has heard the seconds of each step.
  else
    for (const line of [...(plan.takesTerminal || flags.plain ? [] : slowest(outcome)), ...lines]) print(spoken(line));
  return code;
}

/** How long the search for running costs may take, in milliseconds. */
const reminderMs = 20_000;

/** Shows what still costs money, after success and failure alike. The run's own signal may already be aborted. */
export async function remind(context: Context, flags: Flags): Promise<void> {
  const { profile, cluster } = context;
  const lines = await cluster
    .reminder?.({ ...context, signal: AbortSignal.timeout(reminderMs) })
    .catch((error) => [`The running cost of cluster ${profile.clusterName} is unknown: ${(error as Error).message}`]);
  if (!lines || lines.length === 0) return;
  const shown = lines.map((line) => withOwnFlags(line, flags));
  if (flags.json) process.stdout.write(`${JSON.stringify({ event: 'reminder', lines: shown })}\n`);
  else process.stdout.write(`\n${flags.plain ? readOut(shown.join('\n')) : shown.join('\n')}\n`);
}

/** The steps that took a second or more. */
function slowest(outcome: Outcome): string[] {
  const rows = outcome.times.filter(({ seconds }) => seconds >= 1);
  if (rows.length === 0) return [];
  return ['', ...rows.map(({ path, seconds }) => `${shownSeconds(seconds).padStart(12)}  ${path.join(' › ')}`)];
}
