// Questions before a run begins. Without a terminal, a question is a usage error that names the flag to add.
import { usageFailure } from '../../tasks/core/failure.ts';
import type { Prompter } from '../../tasks/setup/prompter.ts';
import type { ClusterUse, Plan, Questions } from '../../tasks/steps/task.ts';
import type { Context, Tool } from '../../tasks/steps/types.ts';
import { isNothing, type Missing } from '../../tasks/toolbox/host-packages.ts';
import { prompterFor } from './prompts/prompter.ts';

interface Answerable {
  json: boolean;
  plain: boolean;
  yes: boolean;
  /** Undefined without a terminal. */
  prompter: Prompter | undefined;
}

/** A plan, and what it is carried out with. */
export interface Run {
  use: ClusterUse;
  plan: Plan;
  context: Context;
}

/** What the cluster and the plan ask about together, a line for each thing. */
interface AllQuestions extends Required<Questions> {
  /** Parts of this machine that the cluster takes over. */
  overwrites: string[];
  /** What is lost outside of this machine with the cluster: its name has to be typed. */
  clusterDeletes: string[];
}

/** Everything to be agreed to before a run changes anything. Only reads. */
export async function questionsOf({ use, plan, context }: Run): Promise<AllQuestions> {
  const { profile, cluster, read } = context;
  const { ends = [], commands = [], creates = [], deletes = [] } = (await plan.questions?.(context)) ?? {};
  const isNew = use === 'create';
  return {
    overwrites: isNew ? ((await cluster.overwrites?.(profile, read)) ?? []) : [],
    creates: [...(isNew ? ((await cluster.costs?.(context)) ?? []) : []), ...creates],
    clusterDeletes: use === 'remove' ? ((await cluster.deletes?.(context)) ?? []) : [],
    ends,
    commands,
    deletes,
  };
}

/** What a dry run notes before its steps, which show the rest. */
export const questionLines = ({ overwrites, creates, ends, deletes }: AllQuestions): string[] => [
  ...overwrites.map((line) => `takes over ${line}`),
  ...creates.map((line) => `creates ${line}`),
  ...ends.map((line) => `ends ${line}`),
  ...deletes.map((line) => `deletes ${line}`),
];

/** Asks about each, unless --yes agrees to all. What costs or ends something is shown all the same. */
export async function askForConsent(
  run: Run,
  missing: Missing,
  given: Omit<Answerable, 'prompter'>,
  prompter = prompterFor(given),
): Promise<void> {
  const flags = { ...given, prompter };
  const { overwrites, creates, clusterDeletes, ends, commands, deletes } = await questionsOf(run);
  await askToGoOn(overwrites, overwriting, flags);
  await askToGoOn(creates, paying, flags);
  // One question for both where a name has to be typed.
  if (clusterDeletes.length > 0)
    await askToDelete(run.context.profile.clusterName, [...clusterDeletes, ...ends], flags);
  else await askToGoOn(ends, ending, flags);
  if (!isNothing(missing)) await askToInstall(missing, flags);
  await askToGoOn(commands, running, flags);
  await askToGoOn(deletes, losing, flags);
}

/** Asks yes or no. Throws a Failure with `refused` after a no, a usage Failure with `flag` without a terminal. */
async function confirm(
  question: { facts: string; message: string; flag: string; refused: string; byDefault: boolean },
  flags: Answerable,
): Promise<void> {
  const { facts, message, flag, refused, byDefault } = question;
  const { prompter, yes } = flags;
  if (yes) return;
  if (!prompter) throw usageFailure(facts, flag);
  if (!(await prompter.confirm(together(facts, message), byDefault))) throw usageFailure(refused);
}

/** A question behind what it is about: in the next line, if that has several. */
const together = (facts: string, question: string): string => `${facts}${facts.endsWith('\n') ? '' : ' '}${question}`;

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
      refused: 'required programs are missing: install them and run the command again',
      byDefault: true,
    },
    flags,
  );
}

const indented = (lines: string[]): string => lines.map((line) => `  ${line}`).join('\n');

interface Warned {
  /** What the lines are, such as `This ends`. */
  about: string;
  /** The failure after a no. */
  refused: string;
  /** Shown with --yes, too. */
  isAlwaysShown?: true;
}

/** Asks whether to do what these lines say; asks nothing without lines. */
async function askToGoOn(lines: string[], { about, refused, isAlwaysShown }: Warned, flags: Answerable): Promise<void> {
  if (lines.length === 0) return;
  const facts = `${about}:\n${indented(lines)}\n`;
  if (isAlwaysShown && flags.yes && !flags.json) process.stdout.write(facts);
  const flag = 'add --yes to agree';
  await confirm({ facts, message: 'Continue?', flag, refused, byDefault: false }, flags);
}

const overwriting: Warned = { about: 'This takes over parts of this machine', refused: 'nothing was changed' };
/** What cannot be restored. */
const losing: Warned = { about: 'This deletes permanently', refused: 'nothing was deleted' };
const running: Warned = { about: 'This runs', refused: 'nothing was run' };
const paying: Warned = {
  about: 'This creates paid resources',
  refused: 'nothing was created',
  isAlwaysShown: true,
};
const ending: Warned = { about: 'This ends', refused: 'nothing was ended', isAlwaysShown: true };

/** Asks whether to delete what others may use: the user has to type its name. */
async function askToDelete(name: string, lines: string[], flags: Answerable): Promise<void> {
  if (lines.length === 0) return;
  const facts = `This deletes:\n${indented(lines)}\n`;
  if (flags.yes) return void (flags.json || process.stdout.write(facts));
  if (!flags.prompter) throw usageFailure(facts, 'add --yes to agree');
  const typed = await flags.prompter.type({ message: together(facts, `Type ${name} to delete it:`) });
  if (typed.trim() !== name) throw usageFailure(`${JSON.stringify(typed)} is not ${name}: nothing was deleted`);
}
