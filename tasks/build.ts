// build: builds the Spark image with the distribution's own docker-image-tool.sh, and loads it into the cluster.
import { shown } from './core/exec.ts';
import { buildProblems, buildSteps, buildTools, whenUp } from './images/build-steps.ts';
import { layerSteps } from './images/layer/layer.ts';
import { type PlanJob, planNotebookOrJob } from './notebooks/job/as-job.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, Step } from './steps/types.ts';
import { readRequest, type SubmitFlags } from './submission/request.ts';

/** Flags of submit that say what is in a job's image, or that its job cannot be read without. */
const contentFlags = ['data', 'class', 'pyFiles', 'jars', 'packages', 'requirements'] as const;
type BuildFlags = Pick<SubmitFlags, (typeof contentFlags)[number]>;

/** The Spark image, or that of the job that is named. */
export const buildWith = (flags: BuildFlags = {}): Task => ({
  cluster: 'use',
  plan: (asked) =>
    asked.words.length > 0 ? planNotebookOrJob(asked, {}, planJobImage(flags)) : planImage(asked.context, flags),
});

async function planImage({ profile, cluster, read }: Context, flags: BuildFlags): Promise<Plan> {
  const isGiven = contentFlags.some((name) => flags[name] !== undefined);
  const problems = [
    ...(isGiven ? ['no job given: flags such as --jars are for the image of a job'] : []),
    ...(await buildProblems(profile, read)),
  ];
  return planUnless(problems, () => ({
    tools: buildTools(profile),
    steps: [...buildSteps(profile), ...whenUp(cluster.publish(profile))],
    done: builtLines('pi'),
  }));
}

const planJobImage =
  (flags: BuildFlags): PlanJob =>
  async ({ profile: base, cluster, read }, words, label) => {
    const { profile, asked, tools, problems: own } = readRequest(base, words, flags, label);
    const problems = [...(await buildProblems(profile, read)), ...own];
    if (!asked || problems.length > 0) return { profile, problems, steps: [] };
    const { job, fetch } = asked.plan;
    const layer: Step[] = job.layer ? layerSteps(profile, job.layer, cluster) : [];
    return {
      profile,
      tools,
      steps: [...buildSteps(profile), ...fetch, ...layer, ...whenUp(cluster.publish(profile))],
      done: builtLines(label),
    };
  };

const builtLines =
  (job: string) =>
  ({ state }: Context): string[] => [`image ${state.image}`, `Next: ${shown(['firesteel', 'submit', job])}`];
