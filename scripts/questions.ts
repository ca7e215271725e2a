// Questions before a run begins: to a terminal; elsewhere they are a usage error that names the flag which answers them.
import { exitCode, Failure, usageFailure } from '../tasks/lib/failure.ts';
import type { Context, Task, Tool } from '../tasks/lib/types.ts';
import { isNothing, type Missing } from '../tasks/packages.ts';

interface Answerable {
  json: boolean;
  yes: boolean;
}

/** What bringing the cluster up would overwrite here or create elsewhere, a line each. */
export async function takenOver(context: Context): Promise<string[]> {
  const { profile, cluster, read } = context;
  const overwritten = (await cluster.overwrites?.(profile, read)) ?? [];
  const created = (await cluster.costs?.(context)) ?? [];
  return [...overwritten.map((line) => `takes over ${line}`), ...created.map((line) => `creates ${line}`)];
}

/** Everything to be agreed to before this run changes anything: each is told, and asked unless --yes agrees to all. */
export async function askForConsent(
  task: Task,
  args: readonly string[],
  context: Context,
  missing: Missing,
  flags: Answerable,
): Promise<void> {
  const { profile, cluster, read } = context;
  if (task.turns === 'up') {
    await askToOverwrite((await cluster.overwrites?.(profile, read)) ?? [], flags);
    await askToPay((await cluster.costs?.(context)) ?? [], flags);
  }
  if (task.turns === 'down') {
    const deleted = (await cluster.deletes?.(context)) ?? [];
    const ended = (await task.ends?.(context)) ?? [];
    // One question for both where a name has to be typed.
    if (deleted.length > 0) await askToDelete(profile.clusterName, [...deleted, ...ended], flags);
    else await askToEnd(ended, flags);
  }
  if (!isNothing(missing)) await askToInstall(missing, flags);
  await askToLose((await task.deletes?.(context, args)) ?? [], flags);
}

/** Asks yes or no; Failure with `refused` if the answer is no, a usage Failure with `flag` where nobody can answer. */
async function confirm(
  question: { facts: string; message: string; flag: string; refused: string; byDefault: boolean },
  { json, yes }: Answerable,
): Promise<void> {
  const { facts, message, flag, refused, byDefault } = question;
  if (yes) return;
  if (!process.stdin.isTTY || json) throw usageFailure(facts, flag);
  const { default: inquirer } = await import('inquirer');
  const { answer } = await inquirer
    .prompt([{ type: 'confirm', name: 'answer', message: `${facts} ${message}`, default: byDefault }])
    .catch(interruption);
  if (!answer) throw usageFailure(refused);
}

/** Ctrl-C at a question ends a run as it does later. */
function interruption(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
  throw new Failure('interrupted: nothing was changed', { exitCode: exitCode.interrupted });
}

const listOf = (tools: Tool[]): string =>
  tools.map((tool) => `${tool.package ?? tool.name} (${tool.purpose})`).join(', ');

/** What apt-get changes beside adding packages, as a sentence; none if it only adds. */
export const alsoUpgraded = (upgrades: readonly string[]): string[] =>
  upgrades.length > 0 ? [`apt-get also upgrades ${upgrades.join(', ')}.`] : [];

/** Whether to install what is missing. */
async function askToInstall({ packages, upgrades, programs }: Missing, flags: Answerable): Promise<void> {
  const ways = [packages.length > 0 ? 'apt-get' : [], programs.length > 0 ? 'firesteel tools' : []]
    .flat()
    .join(' and ');
  await confirm(
    {
      facts: [`This machine lacks ${listOf([...packages, ...programs])}.`, ...alsoUpgraded(upgrades)].join(' '),
      message: `Install with ${ways}?`,
      flag: `add --yes to install them with ${ways}`,
      refused: 'needed programs are missing: install them yourself and run this again',
      byDefault: true,
    },
    flags,
  );
}

const indented = (lines: string[]): string => lines.map((line) => `  ${line}`).join('\n');

/** Whether to overwrite what is there; a line for each thing. */
async function askToOverwrite(lines: string[], flags: Answerable): Promise<void> {
  if (lines.length === 0) return;
  await confirm(
    {
      facts: `This takes over parts of this machine:\n${indented(lines)}\n`,
      message: 'Go on?',
      flag: 'add --yes if that is what you want',
      refused: 'nothing was changed',
      byDefault: false,
    },
    flags,
  );
}

/** Whether to delete what nothing brings back. */
async function askToLose(lines: string[], flags: Answerable): Promise<void> {
  if (lines.length === 0) return;
  await confirm(
    {
      facts: `This deletes for good:\n${indented(lines)}\n`,
      message: 'Go on?',
      flag: 'add --yes if that is what you want',
      refused: 'nothing was deleted',
      byDefault: false,
    },
    flags,
  );
}

/** Whether to create what costs money; told with --yes, too. */
async function askToPay(lines: string[], flags: Answerable): Promise<void> {
  if (lines.length === 0) return;
  const facts = `This creates, and somebody pays for it:\n${indented(lines)}\n`;
  if (flags.yes && !flags.json) process.stdout.write(facts);
  await confirm(
    {
      facts,
      message: 'Go on?',
      flag: 'add --yes if that is what you want',
      refused: 'nothing was created',
      byDefault: false,
    },
    flags,
  );
}

/** Whether to end what goes on; told with --yes, too. */
async function askToEnd(lines: string[], flags: Answerable): Promise<void> {
  if (lines.length === 0) return;
  const facts = `This ends:\n${indented(lines)}\n`;
  if (flags.yes && !flags.json) process.stdout.write(facts);
  await confirm(
    {
      facts,
      message: 'Go on?',
      flag: 'add --yes if that is what you want',
      refused: 'nothing was ended',
      byDefault: false,
    },
    flags,
  );
}

/** Whether to delete what others may use: its name has to be typed. */
async function askToDelete(name: string, lines: string[], { json, yes }: Answerable): Promise<void> {
  if (lines.length === 0 || yes) return;
  const facts = `This deletes:\n${indented(lines)}\n`;
  if (!process.stdin.isTTY || json) throw usageFailure(facts, 'add --yes if that is what you want');
  const { default: inquirer } = await import('inquirer');
  const { typed } = await inquirer
    .prompt([{ type: 'input', name: 'typed', message: `${facts} Type ${name} to delete it:` }])
    .catch(interruption);
  if (typed.trim() !== name) throw usageFailure(`${JSON.stringify(typed)} is not ${name}: nothing was deleted`);
}
