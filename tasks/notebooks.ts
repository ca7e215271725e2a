// Notebooks in place of jobs: a task that takes a job's words takes a notebook's path as well.
import { existsSync } from 'node:fs';
import { usageFailure } from './lib/failure.ts';
import { writeFiles } from './lib/files.ts';
import type { Profile } from './lib/schema.ts';
import type { Context, Exec, Output, SingleStep, Step, Task } from './lib/types.ts';
import { converterProblems, converterTools, findConverter, getConverter } from './notebook/converter.ts';
import { convertStep, isNotebook, jobWords, namedSpark, notebookProblems } from './notebook/job-folder.ts';
import { missingTools } from './packages.ts';

/** The task, with a notebook's script in the notebook's place. */
export const withNotebooks = (task: Task): Task => ({
  ...task,
  profileFor: (profile, args) => withNamedSpark(task.profileFor?.(profile, jobWords(args)) ?? profile, args),
  tools: async (profile, args, cluster, read) => [
    ...(isNotebook(args[0]) ? await converterTools(read) : []),
    ...((await task.tools?.(profile, jobWords(args), cluster, read)) ?? []),
  ],
  problems: async (profile, args, cluster, read) => {
    const own = isNotebook(args[0]) ? await ownProblems(args, read) : [];
    const isKnown = own.length === 0 && !isPending(args);
    return isKnown ? ((await task.problems?.(profile, jobWords(args), cluster, read)) ?? []) : own;
  },
  steps: (profile, cluster, args) => {
    const steps = () => task.steps(profile, cluster, jobWords(args));
    if (!isNotebook(args[0])) return steps();
    const convert = [getConverter, convertStep(args)];
    if (!isPending(args)) return [...convert, ...steps().map(named(args))];
    return [...convert, afterwards(args, steps, (read) => verifyJob(task, { profile, cluster, read }, args))];
  },
});

/** Whether there is no script of this notebook yet, as before the converter is there. */
const isPending = (args: readonly string[]): boolean => isNotebook(args[0]) && !existsSync(jobWords(args)[0] ?? '');

/** Without a script yet, the job cannot say on which Spark it runs, and the notebook does. */
function withNamedSpark(profile: Profile, args: readonly string[]): Profile {
  const version = isPending(args) && !profile.namesSpark ? namedSpark(args[0] ?? '') : undefined;
  return version ? { ...profile, spark: { ...profile.spark, version } } : profile;
}

/** The script is a copy in the cache, made of what is only looked at: so that a notebook is refused before anything begins. */
async function ownProblems(args: readonly string[], read: Exec): Promise<string[]> {
  const problems = await converterProblems(read);
  if (problems.length > 0 || !(await findConverter(read))) return problems;
  return notebookProblems(args, { read, write: writeFiles });
}

/** Steps that name the notebook, not its script's folder. */
const named =
  (args: readonly string[]) =>
  (step: Step): Step => ({ ...step, title: step.title.replace(jobWords(args)[0] ?? '', args[0] ?? '') });

/** What is asked of a job before anything begins, where that was not known yet: now it is in the cache, and a next run asks it. */
async function verifyJob(
  task: Task,
  { profile, cluster, read }: Pick<Context, 'profile' | 'cluster' | 'read'>,
  args: readonly string[],
): Promise<void> {
  const words = jobWords(args);
  const problems = (await task.problems?.(profile, words, cluster, read)) ?? [];
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
  const { packages, programs } = await missingTools((await task.tools?.(profile, words, cluster, read)) ?? [], read);
  const lacking = [...packages, ...programs].map(({ name, purpose }) => `${name} (${purpose})`);
  if (lacking.length > 0)
    throw usageFailure(`this machine lacks ${lacking.join(', ')}`, 'run this again: it installs them');
}

/** All steps as one, which are known once the notebook is converted. */
const afterwards = (
  args: readonly string[],
  steps: () => Step[],
  verify: (read: Exec) => Promise<void>,
): SingleStep => ({
  title: `Run ${args[0]}`,
  observes: true,
  run: async (context, out) => {
    await verify(context.read);
    for (const step of steps().map(named(args))) await perform(step, context, out);
  },
});

async function perform(step: Step, context: Context, out: Output): Promise<void> {
  if ('steps' in step) {
    if (step.concurrent) await Promise.all(step.steps.map((one) => perform(one, context, out)));
    else for (const one of step.steps) await perform(one, context, out);
    return;
  }
  const reason = await step.skip?.(context);
  out.line(reason ? `${step.title}: ${reason}` : step.title);
  if (!reason) await step.run(context, { line: (text) => out.line(`${step.title}: ${text}`) });
}
