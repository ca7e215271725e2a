// Runs one verb: reads the profile, plans, asks, installs missing tools, runs the steps, and returns the exit code.
import { setMaxListeners } from 'node:events';
import { clusters } from '../../tasks/clusters/index.ts';
import { exitCode, Failure, usageFailure } from '../../tasks/core/failure.ts';
import { fileFailure } from '../../tasks/core/files/trouble.ts';
import { plainReport, plainReportLines, reportJson, reportJsonLines } from '../../tasks/core/report.ts';
import { takeTurn } from '../../tasks/core/turn.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { printableLines } from '../../tasks/spark/driver-log.ts';
import { problemsOf } from '../../tasks/steps/check.ts';
import { createContext } from '../../tasks/steps/context.ts';
import { dryRun } from '../../tasks/steps/dry-run.ts';
import { runSteps } from '../../tasks/steps/runner.ts';
import type { Asked, ClusterUse, Plan, Task } from '../../tasks/steps/task.ts';
import type { Show, Step } from '../../tasks/steps/types.ts';
import { installMissing, missingTools } from '../../tasks/toolbox/host-packages.ts';
import { finish, remind, unread } from './ending.ts';
import type { Flags } from './flags.ts';
import { canDraw, canRedraw, onLostOutput } from './output.ts';
import { planReport } from './plan-report.ts';
import { alsoUpgraded, askForConsent, questionLines, questionsOf, type Run } from './questions.ts';
import { namingVariables, usualSets } from './usual.ts';

/** Runs a verb's task and answers the exit code. Throws usage failures before anything is changed. */
export async function runVerb(task: Task, words: string[], flags: Flags): Promise<number> {
  const controller = new AbortController();
  // Every command and request under way listens to it.
  setMaxListeners(0, controller.signal);
  if (flags.dryRun) endWithSignals();
  const profile = await readProfile(flags.profile, [...usualSets(), ...flags.set]).catch(namingVariables);
  const base = createContext(profile, clusters[profile.cluster], controller.signal);
  const plan = await planned(task, { context: base, words, isDryRun: flags.dryRun });
  try {
    const context = plan.profile ? { ...base, profile: plan.profile } : base;
    return await carryOut({ use: plan.cluster ?? task.cluster, plan, context }, controller, flags);
  } finally {
    plan.cleanUp?.();
  }
}

/** What a task plans; it reads files that its user names and perhaps may not read. */
async function planned(task: Task, asked: Asked): Promise<Plan> {
  try {
    return await task.plan(asked);
  } catch (error) {
    throw fileFailure(error) ?? error;
  }
}

async function carryOut(run: Run, controller: AbortController, flags: Flags): Promise<number> {
  const { use, plan, context } = run;
  const { cluster, profile, read } = context;
  const problems = [
    ...(needsCluster(use) ? await problemsOf(cluster.preflights, profile, read) : []),
    ...(plan.problems ?? []),
  ];
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
  const missing = await missingTools(
    [...(use === 'optional' ? [] : cluster.tools(profile)), ...(plan.tools ?? [])],
    read,
  );
  const steps = [...installMissing(missing), ...plan.steps];
  if (flags.dryRun) return showPlan(run, steps, alsoUpgraded(missing.upgrades), flags);

  await askForConsent(run, missing, flags);
  const endTurn = isExclusive(use) ? await takeTurn(profile.clusterName) : undefined;
  const stopListening = interruptible(controller);
  const outcome = await runSteps(steps, context, {
    ...(flags.json
      ? { report: reportJson, reportLines: reportJsonLines }
      : canRedraw() && !flags.plain
        ? {}
        : plan.takesTerminal
          ? { report: plainReport({ isReadOut: flags.plain, stream: process.stderr }) }
          : {
              report: plainReport({ isReadOut: flags.plain }),
              reportLines: plainReportLines({ isReadOut: flags.plain }),
            }),
    abort: (reason) => controller.abort(reason),
  });
  if (plan.takesTerminal) stopListening();
  if (!outcome.failure) {
    // Output without a reader may stop. Steps may not: half a change helps nobody.
    const stopWatching = onLostOutput(() => controller.abort(unread));
    await plan.show?.(context, showOn(flags, controller.signal)).catch((error: unknown) => {
      outcome.failure = { step: '', error };
    });
    stopWatching();
  }
  stopListening();
  endTurn?.();
  const code = await finish(run, outcome, flags);
  if (use !== 'optional') await remind(context, flags);
  // An idle connection or a listener must not keep the process alive.
  controller.abort();
  return code;
}

/** What only ends it or looks at it works also where it could not start. */
const needsCluster = (use: ClusterUse): boolean => use === 'create' || use === 'use';

/** Two such runs would undo each other. */
const isExclusive = (use: ClusterUse): boolean => use === 'create' || use === 'remove';

async function showPlan({ use, plan, context }: Run, steps: Step[], notes: string[], flags: Flags): Promise<number> {
  const report = planReport(flags);
  const questions = await questionsOf({ use, plan, context });
  for (const line of [...notes, ...questionLines(questions)]) report({ event: 'note', line });
  const totals = await dryRun(steps, context, report);
  const isDrift = questions.ends.length > 0 || Object.values(totals).some((count) => count > 0);
  return flags.exitCode && isDrift ? exitCode.drift : exitCode.done;
}

/** A log's own bytes where a program reads them; on a terminal without control characters. */
function showOn({ json, plain }: Flags, signal: AbortSignal): Show {
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

/** A plan has nothing to finish, but may have files to remove. */
function endWithSignals(): void {
  for (const signal of signals) process.once(signal, () => process.exit(exitCode.interrupted));
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

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
  for (const signal of signals) process.on(signal, interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
}
