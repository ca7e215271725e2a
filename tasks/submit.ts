// Runs a job: driver pod and what belongs to it, its log while it runs, its exit code at the end.
import { buildProblems, buildSteps } from './images/build-steps.ts';
import { layerSteps } from './images/layer/layer.ts';
import { checkProblems } from './jobs/check.ts';
import { seeThatItFits, submitSteps, submittedExitCode, submittedLines } from './runs/submit-steps.ts';
import type { SingleStep, Task } from './steps/types.ts';
import { hostFolderProblems, offerFolder } from './storage/host-folder.ts';
import { lookAtStorage } from './storage/look.ts';
import { putData } from './storage/put.ts';
import {
  askedTools,
  flagProblems,
  jobProblems,
  noLayer,
  planOf,
  profileOf,
  type SubmitFlags,
} from './submission/ask.ts';
import { engineNamed, engineProblems } from './submission/engines/engine.ts';

/** The task as these flags ask for it. */
export const submitWith = (flags: SubmitFlags = {}): Task => ({
  profileFor: (profile, args) => profileOf(profile, args, flags),
  problems: async (profile, args, cluster, read) => {
    const problems = [
      ...engineProblems(flags.engine),
      ...flagProblems(flags),
      ...(await buildProblems(profile, read)),
      ...jobProblems(profile, args, flags),
    ];
    const plan = problems.length === 0 ? planOf(profile, args, flags) : undefined;
    if (!plan) return problems;
    return [...hostFolderProblems(plan.hostFolder, profile, cluster), ...(await checkProblems(plan, read))];
  },
  tools: (profile, args) => askedTools(profile, args, flags),
  steps: (profile, cluster, args) => {
    const { job, look, fetch, claims, hostFolder, put } = planOf(profile, args, flags) ?? {};
    return [
      reachCluster,
      seeThatItFits(args, flags),
      ...(look ?? []),
      ...(profile.storage ? [lookAtStorage(profile)] : []),
      ...buildSteps(profile),
      ...(fetch ?? []),
      ...layerSteps(profile, job?.layer ?? noLayer, cluster),
      ...cluster.publish(profile),
      ...(claims ?? []),
      ...(hostFolder ? [offerFolder(profile, hostFolder)] : []),
      ...(put ? [putData(profile, put)] : []),
      ...engineNamed(flags.engine).steps(profile),
      ...submitSteps(args, flags),
    ];
  },
  done: submittedLines,
  exitCode: submittedExitCode,
});

/** Before anything long is begun for a cluster that is not there. */
const reachCluster: SingleStep = {
  title: 'Check that the cluster answers',
  observes: true,
  run: async ({ kube }) => {
    await kube.raw('/readyz');
  },
};
