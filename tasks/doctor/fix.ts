// doctor --fix: runs the commands of all findings, each once and in order.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../core/failure.ts';
import type { Command } from '../core/types.ts';
import type { Remedy } from '../steps/check.ts';
import type { SingleStep, Step } from '../steps/types.ts';
import { isFinding, type Seen } from './look.ts';
import { shownRemedy } from './show.ts';

type Runnable = Extract<Remedy, { command: Command }>;

/** What can be run of what was found. */
export function curesOf(seen: readonly Seen[]): Runnable[] {
  const all = seen
    .filter(isFinding)
    .flatMap(({ finding }) => finding.remedies ?? [])
    .flatMap((remedy) => ('command' in remedy ? [remedy] : []));
  return [...new Map(all.map((remedy) => [shownRemedy(remedy), remedy])).values()];
}

/** The file of this program that takes a verb first: scripts/doctor.ts puts its verb before all words. */
export function ownProgram(started = process.argv[1] ?? ''): string {
  const beside = join(dirname(started), 'firesteel.ts');
  return existsSync(beside) ? beside : started;
}

/** This very program with these words, without questions: each was agreed to. */
const ownCommand = ([, ...words]: Command, flags: readonly string[]): Command => [
  process.execPath,
  ...process.execArgv,
  ownProgram(),
  ...words,
  '--yes',
  '--plain',
  ...flags,
];

/** The words of a step's title. */
const titleOf = (remedy: Runnable): string => {
  const title = `Run ${remedy.command.join(' ')}`;
  return title.length > 50 ? `${title.slice(0, 49)}…` : title;
};

/** A step for each; one that fails keeps none from running, and `failed` receives why. `flags` choose profile and settings. */
export const cureSteps = (
  cures: readonly Runnable[],
  flags: readonly string[],
  failed: (cure: string, why: string) => void,
): Step[] =>
  cures.map((cure): SingleStep => {
    const { command, asRoot, steps } = cure;
    return {
      title: titleOf(cure),
      run: async (context, out) => {
        try {
          for (const step of steps ?? []) await step.run(context, out);
          if (steps) return;
          const isOwn = command[0] === 'firesteel';
          await context.run(isOwn ? ownCommand(command, flags) : command, {
            onLine: out.line,
            ...(asRoot ? { asRoot } : {}),
          });
        } catch (error) {
          context.signal.throwIfAborted();
          out.line(messageOf(error));
          failed(shownRemedy(cure), messageOf(error));
        }
      },
    };
  });
