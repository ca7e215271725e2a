// standalone: runs Spark's own master and workers in the cluster.
import { randomBytes } from 'node:crypto';
import { accessSteps } from './access/ready-cluster.ts';
import { Failure, usageFailure } from './core/failure.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { withStorageJars } from './images/layer/hadoop.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { checkProblems } from './jobs/check.ts';
import { submitSteps, submittedExitCode, submittedLines } from './runs/submit-steps.ts';
import { autoscaleLines, autoscaleSteps, limitsOf, type ScaleFlags } from './standalone/autoscale.ts';
import { executorProblems, workerProblems } from './standalone/conf.ts';
import { neededSet, scaleTo, waitForWorkers } from './standalone/count.ts';
import { dataProblems, standaloneEngine, versionProblems, withoutExecutors } from './standalone/driver.ts';
import { endSteps, runningApplications } from './standalone/end.ts';
import { masterUrl } from './standalone/names.ts';
import { showPages } from './standalone/pages.ts';
import { withSizesOf } from './standalone/room.ts';
import { type ShellPod, showShell, startShell } from './standalone/shell.ts';
import { checkFit, startSteps } from './standalone/start.ts';
import { statusStep } from './standalone/status.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, SingleStep } from './steps/types.ts';
import { lookSteps } from './storage/look.ts';
import { putData } from './storage/put.ts';
import { flagProblems, noLayer, readRequest, type SubmitFlags } from './submission/request.ts';

/** Flags of standalone alone. */
export interface StandaloneFlags extends ScaleFlags, Pick<SubmitFlags, 'name' | 'class' | 'data'> {}

/** The task as these flags ask for it. */
export const standaloneWith = (flags: StandaloneFlags = {}): Task => ({
  cluster: 'use',
  plan: ({ context, words: [action, ...words] }) => {
    const { profile } = context;
    switch (action) {
      case 'up':
        return planUp(context);
      case 'scale':
        return planUnless(numberProblems(words), () => ({ steps: [scaleTo(Number(words[0])), waitForWorkers] }));
      case 'autoscale':
        return planUnless(scaleProblems(flags), () => ({
          steps: autoscaleSteps(profile, flags),
          done: autoscaleLines,
        }));
      case 'submit':
        return planSubmit(context, words, flags);
      case 'ui':
        return { steps: [findCluster()], show: showPages };
      case 'shell':
        return planShell();
      case 'down':
        return {
          questions: async (asked) => ({ deletes: await runningApplications(asked) }),
          steps: endSteps(profile),
          done: () => ['No standalone cluster is left.'],
        };
      default:
        return { steps: [statusStep] };
    }
  },
});

async function planUp({ profile, cluster, read }: Context): Promise<Plan> {
  const layer = withStorageJars(noLayer, profile);
  const problems = [
    ...workerProblems(profile),
    ...(await buildProblems(profile, read)),
    ...layerProblems(profile, layer),
  ];
  return planUnless(problems, () => ({
    tools: [...buildTools(profile), ...layerTools(layer)],
    steps: [
      accessSteps(profile),
      checkFit,
      ...lookSteps(profile),
      ...buildSteps(profile),
      ...layerSteps(profile, layer, cluster),
      ...cluster.publish(profile),
      ...startSteps,
    ],
    done: () => [
      `Spark's master is ${masterUrl(profile)}`,
      'Next: firesteel standalone submit pi, or firesteel standalone shell',
    ],
  }));
}

/** A job whose executors are those of the workers. */
async function planSubmit({ profile: base, read }: Context, words: string[], flags: StandaloneFlags): Promise<Plan> {
  const { name, class: mainClass, data } = flags;
  const submit: SubmitFlags = { name, class: mainClass, data, engine: standaloneEngine };
  const { profile, asked, problems } = readRequest(withoutExecutors(base), words, submit);
  const all = [...flagProblems(submit), ...problems];
  if (!asked || all.length > 0) return { profile, problems: all, steps: [] };
  const { plan } = asked;
  const { look, fetch, put } = plan;
  return {
    profile,
    problems: [
      ...versionProblems(asked.job, profile, base),
      ...dataProblems(asked.job, plan, data === undefined ? undefined : `--data ${data}`),
      ...(await checkProblems(plan, read)),
    ],
    tools: plan.tools,
    steps: [
      findCluster({ ...asked.job.conf, ...base.spark.conf }),
      ...look,
      ...lookSteps(profile),
      ...fetch,
      ...(put ? [putData(profile, put)] : []),
      ...submitSteps(asked).map(onLiveWorkers),
    ],
    done: submittedLines,
    exitCode: submittedExitCode,
  };
}

function planShell(): Plan {
  let pod: ShellPod | undefined;
  let code = 0;
  const take = (started: ShellPod) => {
    pod = started;
  };
  return {
    takesTerminal: true,
    steps: [startShell(randomBytes(4).toString('hex'), take)],
    show: async (context, show) => {
      if (pod) code = await showShell(context, pod, show);
    },
    exitCode: () => code,
  };
}

const numberProblems = ([word]: readonly string[]): string[] =>
  /^[1-9]\d{0,2}$|^1000$/.test(word ?? '')
    ? []
    : [`standalone scale ${word ?? ''}: expected a number of workers from 1 to 1000`.replace(' :', ':')];

const scaleProblems = (flags: ScaleFlags): string[] => {
  if (flags.off) return [];
  const limits = limitsOf(flags);
  return Array.isArray(limits) ? limits : [];
};

/** A run has the image that the workers have, and executors with this conf fit into them; a dry run needs to know that as well. */
const findCluster = (conf: Record<string, string> = {}): SingleStep => ({
  title: 'Find the standalone cluster',
  run: async (context: Context) => {
    const set = await neededSet(context);
    const image = set.spec?.template.spec?.containers[0]?.image;
    if (!image)
      throw new Failure('the workers have no image', { hint: 'start the workers again: firesteel standalone up' });
    const problems = executorProblems(conf, withSizesOf(set, context.profile));
    if (problems.length > 0) throw usageFailure(problems.join('\n'));
    context.state.image = image;
  },
});

/** A step that takes the sizes of workers from those that run, whatever the profile says by now. */
const onLiveWorkers = (step: SingleStep): SingleStep => ({
  ...step,
  run: async (context, out) =>
    step.run({ ...context, profile: withSizesOf(await neededSet(context), context.profile) }, out),
});
