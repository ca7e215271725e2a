// Notebooks in place of jobs: a task that takes a job's words takes a notebook's path as well.
import { existsSync } from 'node:fs';
import { usageFailure } from '../../core/failure.ts';
import { writeFiles } from '../../core/files/changes.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Output, SingleStep, Step, Task, Tool } from '../../steps/types.ts';
import { missingTools } from '../../toolbox/host-packages.ts';
import { converterProblems, converterTools, findConverter, getConverter } from './converter.ts';
import {
  convertStep,
  isNotebook,
  type JobRequest,
  jobWords,
  namedByNotebook,
  namedSpark,
  notebookProblems,
  type Recording,
} from './folder.ts';

/** Words of a job in place of those given, a notebook's path among them. */
type WordsOf = (args: readonly string[]) => readonly string[];

/** The task, with a notebook's script in the notebook's place. */
export function withNotebooks(task: Task, recording: Recording = {}): Task {
  const wordsOf: WordsOf = (args) => jobWords(args, recording);
  /** Whether there is no script of this notebook yet, as before the converter is there. */
  const isPending = (args: readonly string[]): boolean => isNotebook(args[0]) && !existsSync(wordsOf(args)[0] ?? '');
  /** Without a script yet, the job cannot say on which Spark it runs, and the notebook does. */
  const withNamedSpark = (profile: Profile, args: readonly string[]): Profile => {
    const version = isPending(args) && !profile.namesSpark ? namedSpark(args[0] ?? '') : undefined;
    return version ? { ...profile, spark: { ...profile.spark, version } } : profile;
  };
  const requestOf = ({ spark, image }: Profile): JobRequest => ({
    ...recording,
    spark: spark.version,
    isOurImage: image.base === undefined,
  });
  /** What keeps the job from running: it names the notebook, as its user knows no job.yaml. */
  const problemsOf: NonNullable<Task['problems']> = async (profile, args, cluster, read) => {
    const found = (await task.problems?.(profile, wordsOf(args), cluster, read)) ?? [];
    return isNotebook(args[0]) ? found.map((problem) => namedByNotebook(problem, args, recording)) : found;
  };
  return {
    ...task,
    profileFor: (profile, args) => withNamedSpark(task.profileFor?.(profile, wordsOf(args)) ?? profile, args),
    tools: async (profile, args, cluster, read) => [
      ...(isNotebook(args[0]) ? await converterTools(read) : []),
      ...((await task.tools?.(profile, wordsOf(args), cluster, read)) ?? []),
    ],
    problems: async (profile, args, cluster, read) => {
      const own = isNotebook(args[0]) ? await ownProblems(args, read, requestOf(profile)) : [];
      const isKnown = own.length === 0 && !isPending(args);
      return isKnown ? problemsOf(profile, args, cluster, read) : own;
    },
    steps: (profile, cluster, args) => {
      const [path = ''] = args;
      const [folder = ''] = wordsOf(args);
      /** Steps that name the notebook, not its script's folder. */
      const steps = () =>
        task
          .steps(profile, cluster, wordsOf(args))
          .map((step) => ({ ...step, title: step.title.replace(folder, path) }));
      if (!isNotebook(path)) return task.steps(profile, cluster, args);
      const convert = [getConverter, convertStep(args, requestOf(profile))];
      if (!isPending(args)) return [...convert, ...steps()];
      return [
        ...convert,
        afterwards(path, steps, async (read) => {
          const problems = (await problemsOf(profile, args, cluster, read)) ?? [];
          await verifyJob(problems, (await task.tools?.(profile, wordsOf(args), cluster, read)) ?? [], read);
        }),
      ];
    },
  };
}

/** The script is a copy in the cache, made of what is only looked at: so that a notebook is refused before anything begins. */
async function ownProblems(args: readonly string[], read: Exec, request: JobRequest): Promise<string[]> {
  const problems = await converterProblems(read);
  if (problems.length > 0 || !(await findConverter(read))) return problems;
  return notebookProblems(args, { read, write: writeFiles }, request);
}

/** What is asked of a job before anything begins, where that was not known yet: now it is in the cache, and a next run asks it. */
async function verifyJob(problems: readonly string[], tools: Tool[], read: Exec): Promise<void> {
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
  const { packages, programs } = await missingTools(tools, read);
  const lacking = [...packages, ...programs].map(({ name, purpose }) => `${name} (${purpose})`);
  if (lacking.length > 0)
    throw usageFailure(
      `this machine lacks ${lacking.join(', ')}`,
      'run the command again: firesteel then installs them',
    );
}

/** All steps as one, which are known once the notebook is converted. */
const afterwards = (path: string, steps: () => Step[], verify: (read: Exec) => Promise<void>): SingleStep => ({
  title: `Run ${path}`,
  observes: true,
  run: async (context, out) => {
    await verify(context.read);
    for (const step of steps()) await perform(step, context, out);
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
