// Chooses live questions, plain lines, or no questions without a terminal.
import type { Prompter } from '../../../tasks/setup/prompter.ts';
import { canRedraw, isPlain } from '../output.ts';
import { livePrompter } from './live.ts';
import { plainPrompter } from './plain.ts';

/** Columns of lines; COLUMNS wins, as in other programs. */
export function columnsOf(
  { COLUMNS }: NodeJS.ProcessEnv = process.env,
  { columns }: { columns?: number } = process.stdout,
): number {
  const asked = Number(COLUMNS);
  return Number.isInteger(asked) && asked >= 20 ? asked : columns || 80;
}

/** Undefined where nobody can answer: both ends have to be a terminal, and JSON is for programs. */
export function prompterFor(flags: { json: boolean; plain: boolean }): Prompter | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY || flags.json) return undefined;
  if (isPlain(flags) || !canRedraw()) return plainPrompter(columnsOf());
  return livePrompter(columnsOf(), Boolean(process.env['NO_COLOR']));
}
