// Runs one verb: reads the profile, checks it, installs missing tools, runs the steps, prints the result. Returns the exit code.
import { setMaxListeners } from 'node:events';
import { clusters } from '../tasks/clusters/index.ts';
import { exitCode, Failure, usageFailure } from '../tasks/core/failure.ts';
import {
  failureText,
  reportAside,
  reportJson,
  reportJsonLines,
  reportPlain,
  reportPlainLines,
  shownSeconds,
} from '../tasks/core/report.ts';
import { takeTurn } from '../tasks/core/turn.ts';
import { readProfile } from '../tasks/profile/read.ts';
import { printableLines } from '../tasks/spark/driver-log.ts';
import { problemsOf } from '../tasks/steps/check.ts';
import { createContext } from '../tasks/steps/context.ts';
import { dryRun } from '../tasks/steps/dry-run.ts';
import { type Outcome, runSteps } from '../tasks/steps/runner.ts';
import type { Context, Show, Step, Task, Tool } from '../tasks/steps/types.ts';
import { installMissing, missingTools } from '../tasks/toolbox/host-packages.ts';
import { noteCrash } from './crash.ts';
import { canDraw, canRedraw, onLostOutput } from './output.ts';
import { withOwnFlags } from './own-flags.ts';
import { planReport } from './plan-report.ts';
import { alsoUpgraded, askForConsent, takenOver } from './questions.ts';
import { namingVariables, usualSets } from './usual.ts';

/** The flags every verb has; docs/commands.md says what they mean. */
export interface Flags {
  profile: string;
  set: string[];
  dryRun: boolean;
  exitCode: boolean;
  json: boolean;
  yes: boolean;
  plain: boolean;
  verbose: boolean;
}

/** Runs a verb's task and answers the exit code. Throws usage failures before anything is changed. */
export async function runVerb(task: Task, args: string[], flags: Flags): Promise<number> {
  const release = flags.dryRun ? task.keepAside?.(args) : undefined;
  try {
    return await checkedRun(task, args, flags);
  } finally {
    release?.();
  }
}

async function checkedRun(task: Task, args: string[], flags: Flags): Promise<number> {
  const controller = new AbortController();
  // Every command and request under way listens to it.
  setMaxListeners(0, controller.signal);
  const read = await readProfile(flags.profile, [...usualSets(), ...flags.set]).catch(namingVariables);
  const profile = task.profileFor?.(read, args) ?? read;
  const cluster = clusters[profile.cluster];
  const context = createContext(profile, cluster, controller.signal);
  const problems = [
    ...(task.asIs ? [] : await problemsOf(cluster.preflights, profile, context.read)),
    ...((await task.problems?.(profile, args, cluster, context.read)) ?? []),
  ];
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
  await task.prepare?.(context, args);
  const missing = await missingTools(await neededTools(task, args, context), context.read);
  const steps = [...installMissing(missing), ...task.steps(profile, cluster, args)];
  if (flags.dryRun) return plan(task, steps, context, alsoUpgraded(missing.upgrades), flags);

  await askForConsent(task, args, context, missing, flags);
  const endTurn = task.turns && (await takeTurn(profile.clusterName));
  const release = interruptible(controller);
  const outcome = await runSteps(steps, context, {
    ...(flags.json
      ? { report: reportJson, reportLines: reportJsonLines }
      : canRedraw() && !flags.plain
        ? {}
        : task.takesTerminal
          ? { report: reportAside }
          : { report: reportPlain, reportLines: reportPlainLines }),
    abort: (reason) => controller.abort(reason),
  });
  if (task.takesTerminal) release();
  if (!outcome.failure) {
    // Output without a reader may stop. Steps may not: half a change helps nobody.
    const release = onLostOutput(() => controller.abort(unread));
    await task.show?.(context, args, shown(flags, controller.signal)).catch((error: unknown) => {
      outcome.failure = { step: '', error };
    });
    release();
  }
  release();
  endTurn?.();
  const code = await finish(task, args, context, outcome, flags);
  if (!task.asIs || task.turns) await remind(context, flags);
  // An idle connection or a listener must not keep the process alive.
  controller.abort();
  return code;
}

async function neededTools(task: Task, args: string[], { profile, cluster, read }: Context): Promise<Tool[]> {
  const own = (await task.tools?.(profile, args, cluster, read)) ?? [];
  return [...(task.withoutTools ? [] : cluster.tools(profile)), ...own];
}

async function plan(task: Task, steps: Step[], context: Context, notes: string[], flags: Flags): Promise<number> {
  const report = planReport(flags);
  const taken = task.turns === 'up' ? await takenOver(context) : [];
  const ended = ((await task.ends?.(context)) ?? []).map((line) => `ends ${line}`);
  for (const line of [...notes, ...taken, ...ended]) report({ event: 'note', line });
  const totals = await dryRun(steps, context, report);
  const isDrift = ended.length > 0 || Object.values(totals).some((count) => count > 0);
  return flags.exitCode && isDrift ? exitCode.drift : exitCode.done;
}

/** A log's own bytes where a program reads them; on a terminal without control characters. */
function shown({ json, plain }: Flags, signal: AbortSignal): Show {
  const { stdout, stderr } = process;
  const event = (name: string, line: string) => `${JSON.stringify({ event: name, line })}\n`;
  const events = (bytes: Buffer) =>
    bytes
      .toString()
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => event('log', line))
      .join('');
  const shape = (bytes: Buffer) => {
    if (json) return events(bytes);
    return stdout.isTTY ? `${printableLines(bytes)}\n` : bytes;
  };
  return {
    lines: (bytes) => {
      signal.throwIfAborted();
      stdout.write(shape(bytes));
    },
    draw: (drawing) => {
      if (!json && !plain && canDraw(drawing)) stdout.write(`${drawing}\n`);
    },
    note: (line) => void (json ? stdout.write(event('note', line)) : stderr.write(`${line}\n`)),
  };
}

/** Why a verb ends when its reader has gone: nobody sees the output. */
const unread = new Failure('nobody reads the output', { exitCode: exitCode.done });

/** The first Ctrl-C ends children and waits for them, the second ends at once. */
function interruptible(controller: AbortController): () => void {
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(
      new Failure('interrupted', {
        exitCode: exitCode.interrupted,
        hint: 'run the same command again: it continues with the interrupted step',
      }),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt);
  };
}

async function finish(
  task: Task,
  args: readonly string[],
  context: Context,
  outcome: Outcome,
  flags: Flags,
): Promise<number> {
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (context.signal.reason === unread) return unread.exitCode;
  if (outcome.failure) {
    const { step, error } = outcome.failure;
    // A step that Ctrl-C ended may know better than the handler what to do next.
    const isOwn = error instanceof Failure && error.exitCode === exitCode.interrupted;
    const { aborted, reason } = context.signal;
    const failure = aborted && !isOwn && reason instanceof Failure ? reason : error;
    const code = failure instanceof Failure ? failure.exitCode : exitCode.failed;
    if (flags.json) print(JSON.stringify({ event: 'failed', step, ...failureFields(failure), exitCode: code }));
    else process.stderr.write(`${withOwnFlags(failureText(step, failure, flags.verbose), flags)}\n`);
    noteCrash(failure);
    return code;
  }
  const lines = ((await task.done?.(context, args)) ?? []).map((line) => withOwnFlags(line, flags));
  const code = task.exitCode?.(context) ?? exitCode.done;
  if (flags.json)
    print(JSON.stringify({ event: 'done', exitCode: code, lines, ...task.facts?.(context), times: outcome.times }));
  else for (const line of [...(task.takesTerminal ? [] : slowest(outcome)), ...lines]) print(line);
  return code;
}

/** A failure as JSON: contains everything that the text output does. */
function failureFields(failure: unknown): { message: string; hint?: string; output?: string } {
  const message = String((failure as Error).message);
  if (!(failure instanceof Failure)) return { message };
  const { hint, output } = failure;
  return { message, ...(hint ? { hint } : {}), ...(output ? { output } : {}) };
}

/** How long the search for running costs may take, in milliseconds. */
const reminderMs = 20_000;

/** Shows what still costs money, after success and failure alike. The run's own signal may already be aborted. */
async function remind(context: Context, flags: Flags): Promise<void> {
  const { profile, cluster } = context;
  const lines = await cluster
    .reminder?.({ ...context, signal: AbortSignal.timeout(reminderMs) })
    .catch((error) => [`The running cost of cluster ${profile.clusterName} is unknown: ${(error as Error).message}`]);
  if (!lines || lines.length === 0) return;
  const shown = lines.map((line) => withOwnFlags(line, flags));
  if (flags.json) process.stdout.write(`${JSON.stringify({ event: 'reminder', lines: shown })}\n`);
  else process.stdout.write(`\n${shown.join('\n')}\n`);
}

/** The steps that took a second or more. */
function slowest(outcome: Outcome): string[] {
  const rows = outcome.times.filter(({ seconds }) => seconds >= 1);
  if (rows.length === 0) return [];
  return ['', ...rows.map(({ path, seconds }) => `${shownSeconds(seconds).padStart(12)}  ${path.join(' › ')}`)];
}
