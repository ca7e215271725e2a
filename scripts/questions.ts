// Questions before a run begins: to a terminal; elsewhere they are a usage error that names the flag which answers them.
import { usageFailure } from '../tasks/lib/failure.ts';
import type { Tool } from '../tasks/lib/types.ts';
import type { Missing } from '../tasks/packages.ts';

interface Answerable {
  json: boolean;
}

/** Asks yes or no; Failure with `refused` if the answer is no, a usage Failure with `flag` where nobody can answer. */
async function confirm(
  question: { facts: string; message: string; flag: string; refused: string; byDefault: boolean },
  { json }: Answerable,
): Promise<void> {
  const { facts, message, flag, refused, byDefault } = question;
  if (!process.stdin.isTTY || json) throw usageFailure(facts, flag);
  const { default: inquirer } = await import('inquirer');
  const { answer } = await inquirer.prompt([
    { type: 'confirm', name: 'answer', message: `${facts} ${message}`, default: byDefault },
  ]);
  if (!answer) throw usageFailure(refused);
}

const listOf = (tools: Tool[]): string =>
  tools.map((tool) => `${tool.package ?? tool.name} (${tool.purpose})`).join(', ');

/** Whether to install what is missing. */
export async function askToInstall({ packages, programs }: Missing, flags: Answerable): Promise<void> {
  const ways = [packages.length > 0 ? 'apt-get' : [], programs.length > 0 ? 'firesteel tools' : []]
    .flat()
    .join(' and ');
  await confirm(
    {
      facts: `This machine lacks ${listOf([...packages, ...programs])}.`,
      message: `Install with ${ways}?`,
      flag: `add --yes to install them with ${ways}`,
      refused: 'needed programs are missing: install them yourself and run this again',
      byDefault: true,
    },
    flags,
  );
}

/** Whether to overwrite what is there; a line for each thing. */
export async function askToOverwrite(lines: string[], flags: Answerable): Promise<void> {
  await confirm(
    {
      facts: `This takes over parts of this machine:\n${lines.map((line) => `  ${line}`).join('\n')}\n`,
      message: 'Go on?',
      flag: 'add --yes if that is what you want',
      refused: 'nothing was changed',
      byDefault: false,
    },
    flags,
  );
}
