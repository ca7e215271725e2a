// Notebooks in place of jobs: a task that takes a job's words takes a notebook's path as well.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageFailure } from '../../core/failure.ts';
import { writeFiles } from '../../core/files/changes.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Task, Tool } from '../../steps/types.ts';
import { missingTools } from '../../toolbox/host-packages.ts';
import { converterProblems, converterTools, findConverter, getConverter } from './converter.ts';
import {
  convertStep,
  isNotebook,
  type JobRequest,
  jobWords,
  type Kept,
  namedByNotebook,
  namedSpark,
  notebookProblems,
  type Recording,
} from './folder.ts';

/** Words of a job in place of those given, a notebook's path among them. */
type WordsOf = (args: readonly string[]) => readonly string[];

/** The task, with a notebook's script in the notebook's place. */
export function withNotebooks(task: Task, recording: Recording = {}): Task {
  /** Where jobs are kept; left out, in the cache. */
  let below: string | undefined;
  const kept = (): Kept => ({ ...recording, ...(below ? { below } : {}) });
  const wordsOf: WordsOf = (args) => jobWords(args, kept());
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
    return isNotebook(args[0]) ? found.map((problem) => namedByNotebook(problem, args, kept())) : found;
  };
  return {
    ...task,
    keepAside: ([path]) => {
      const own = isNotebook(path) ? mkdtempSync(join(tmpdir(), 'firesteel-plan-')) : undefined;
      below = own;
      return () => void (own && rmSync(own, { recursive: true }));
    },
    profileFor: (profile, args) => withNamedSpark(task.profileFor?.(profile, wordsOf(args)) ?? profile, args),
    tools: async (profile, args, cluster, read) => [
      ...(isNotebook(args[0]) ? await converterTools(read) : []),
      ...((await task.tools?.(profile, wordsOf(args), cluster, read)) ?? []),
    ],
    problems: async (profile, args, cluster, read) => {
      const own = isNotebook(args[0]) ? await ownProblems(args, read, requestOf(profile), below) : [];
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
      if (!isPending(args)) return [getConverter, convertStep(args, requestOf(profile)), ...steps()];
      const further = async ({ read }: Context) => {
        const problems = (await problemsOf(profile, args, cluster, read)) ?? [];
        await verifyJob(problems, (await task.tools?.(profile, wordsOf(args), cluster, read)) ?? [], read);
        return steps();
      };
      return [getConverter, convertStep(args, requestOf(profile), further)];
    },
  };
}

/** The script is a copy, made of what is only looked at: so that a notebook is refused before anything begins. */
async function ownProblems(
  args: readonly string[],
  read: Exec,
  request: JobRequest,
  below: string | undefined,
): Promise<string[]> {
  const problems = await converterProblems(read);
  if (problems.length > 0 || !(await findConverter(read))) return problems;
  return notebookProblems(args, { read, write: writeFiles }, request, below);
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
