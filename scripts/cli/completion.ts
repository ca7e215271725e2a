// Completion in shells: the scripts for bash, zsh and fish, and the words that they request.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import completions, { type Complete } from '@bomb.sh/tab';
import describe from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { usageFailure } from '../../tasks/core/failure.ts';
import { didYouMean } from '../../tasks/core/nearest.ts';
import { jobNames } from '../../tasks/jobs/source.ts';
import { profileNames } from '../../tasks/profile/read.ts';
import { runFolder } from '../../tasks/record/run-folder.ts';
import { verbs } from './verbs.ts';
import type { Named, Words } from './words.ts';

const shells = ['bash', 'zsh', 'fish'];

/** Prints what a shell reads once: `source <(firesteel completion bash)`. */
export function printScript(shell: string): void {
  if (!shells.includes(shell))
    throw usageFailure(`completion ${shell}: expected bash, zsh or fish${didYouMean(shell, shells)}`);
  completions.setup('firesteel', 'firesteel', shell);
}

/** Prints what the last of these words may become; `words` are those of the shell's line behind a `--`. */
export async function printCompletions(program: Command, [, ...words]: readonly string[]): Promise<void> {
  describe(program);
  const profiles = await profileNames();
  for (const command of completions.commands.values()) {
    const profile = command.options.get('profile');
    if (profile) profile.handler = offer(profiles);
  }
  for (const [path, { name }] of takenWords())
    completions.commands.get(path)?.argument('words', offer(name ? named[name](words.at(-1) ?? '') : []), true);
  completions.parse([...words]);
}

const offer = (words: readonly string[]) => (complete: Complete) => {
  for (const word of words) complete(word, '');
};

/** Each verb, or verb and action, with the words that it takes. */
const takenWords = (): [path: string, takes: Words][] =>
  Object.entries(verbs).flatMap(([verb, entry]) =>
    'actions' in entry
      ? Object.entries(entry.actions).map(([action, { takes }]): [string, Words] => [`${verb} ${action}`, takes])
      : [[verb, entry.takes] as [string, Words]],
  );

const inFolder = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** What words of a kind can be, by the word as far as it is typed. */
const named: Record<Named, (typed: string) => string[]> = {
  run: () => inFolder(runFolder()).reverse(),
  job: (typed) => [...jobNames(), ...paths(typed)],
  file: (typed) => paths(typed),
};

/** Files and folders that begin with what is typed. */
function paths(typed: string): string[] {
  const folder = typed.endsWith('/') ? typed : dirname(typed || '.');
  const isHere = folder === '.' && !typed.startsWith('./');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = isHere ? entry.name : join(folder, entry.name);
    return entry.isDirectory() ? `${path}/` : path;
  });
}
