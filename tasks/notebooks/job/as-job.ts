// Lets a verb that takes a job take a notebook as well.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageFailure } from '../../core/failure.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Asked, Plan } from '../../steps/task.ts';
import type { Context } from '../../steps/types.ts';
import { withSparkVersion } from '../../submission/request.ts';
import { missingTools } from '../../toolbox/host-packages.ts';
import { converterProblems, converterTools, findConverter, getConverter } from './converter.ts';
import {
  convertedJob,
  convertStep,
  fileProblem,
  isNotebook,
  isRefused,
  type JobRequest,
  jobWords,
  namedByNotebook,
  namedSpark,
  type Recording,
} from './folder.ts';

/** Plans the job that words name; `label` is how its user names it. */
export type PlanJob = (context: Context, words: readonly string[], label: string) => Promise<Plan>;

/** What `planJob` plans, with a notebook's script in the notebook's place. */
export async function planNotebookOrJob(asked: Asked, recording: Recording, planJob: PlanJob): Promise<Plan> {
  const { context, words, isDryRun } = asked;
  const [path = ''] = words;
  if (!isNotebook(path)) return planJob(context, words, path);
  const below = isDryRun ? mkdtempSync(join(tmpdir(), 'firesteel-plan-')) : undefined;
  const cleanUp = () => void (below && rmSync(below, { recursive: true, force: true }));
  // A plan that is interrupted goes no further than this.
  if (below) process.once('exit', cleanUp);
  try {
    // Before there is a job, the notebook says on which Spark it runs.
    const profile = withSparkVersion(context.profile, namedSpark(path));
    const request = { ...requestFor(profile), ...recording, ...(below ? { below } : {}) };
    const plan = await planNotebook({ ...context, profile }, words, request, planJob);
    return { ...plan, tools: [...(await converterTools(context.read)), ...(plan.tools ?? [])], cleanUp };
  } catch (error) {
    cleanUp();
    throw error;
  }
}

const requestFor = ({ spark, image }: Profile): JobRequest => ({
  spark: spark.version,
  isOurImage: image.base === undefined,
});

async function planNotebook(
  context: Context,
  words: readonly string[],
  request: JobRequest,
  planJob: PlanJob,
): Promise<Plan> {
  const { profile, read } = context;
  const [path = ''] = words;
  /** What keeps the job from running names the notebook, as its user knows no job.yaml. */
  const planned = async (from: Context): Promise<Plan> => {
    const plan = await planJob(from, jobWords(words, request), path);
    return { ...plan, problems: plan.problems?.map((problem) => namedByNotebook(problem, words, request)) ?? [] };
  };
  const problems = await converterProblems(read);
  if (problems.length > 0) return { profile, problems, steps: [] };

  if (await findConverter(read)) {
    // So a notebook is refused before anything begins.
    const made = await convertedJob(words, read, request);
    if (isRefused(made)) return { profile, problems: made.refused, steps: [] };
    const plan = await planned(context);
    return { ...plan, steps: [getConverter, convertStep(words, request, { made }), ...plan.steps] };
  }
  // The converter is a download, which is of no use without a notebook.
  const problem = fileProblem(path);
  if (problem) return { profile, problems: [problem], steps: [] };
  let plan: Plan | undefined;
  const further = async (later: Context) => {
    plan = await planned(later);
    await verifyJob(plan, later.read);
    return plan.steps;
  };
  return {
    profile,
    steps: [getConverter, convertStep(words, request, { further })],
    done: async (later) => (await plan?.done?.(later)) ?? [],
    exitCode: (later) => plan?.exitCode?.(later) ?? 0,
  };
}

/** What is asked of a job before anything begins, where that was not known yet: now it is in the cache, and a next run asks it. */
async function verifyJob({ problems = [], tools = [] }: Plan, read: Exec): Promise<void> {
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
  const { packages, programs } = await missingTools(tools, read);
  const lacking = [...packages, ...programs].map(({ name, purpose }) => `${name} (${purpose})`);
  if (lacking.length > 0)
    throw usageFailure(
      `this machine lacks ${lacking.join(', ')}`,
      'run the command again: firesteel then installs them',
    );
}
