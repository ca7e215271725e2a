// submit: runs a job, shows its log, and exits with its exit code.
import { buildProblems, buildSteps } from './images/build-steps.ts';
import { layerSteps } from './images/layer/layer.ts';
import { checkProblems } from './jobs/check.ts';
import { showNotes, volumeNotes, volumeProblems } from './jobs/volumes.ts';
import { type PlanJob, planNotebookOrJob } from './notebooks/job/as-job.ts';
import { seeThatItFits, submitSteps, submittedExitCode, submittedLines } from './runs/submit-steps.ts';
import { withNumExecutors } from './spark/num-executors.ts';
import type { Task } from './steps/task.ts';
import type { SingleStep } from './steps/types.ts';
import { hostFolderProblems, offerFolder } from './storage/host-folder.ts';
import { lookSteps } from './storage/look.ts';
import { putData } from './storage/put.ts';
import { engineNamed } from './submission/engines/engine.ts';
import { flagProblems, noLayer, readRequest, type SubmitFlags } from './submission/request.ts';

/** The task as these flags ask for it. */
export const submitWith = (flags: SubmitFlags = {}): Task => ({
  cluster: 'use',
  plan: ({ context, ...asked }) => {
    const profile = withNumExecutors(context.profile, flags.numExecutors);
    const recording = { records: flags.keepOutputs ?? false };
    return planNotebookOrJob({ ...asked, context: { ...context, profile } }, recording, planSubmit(flags));
  },
});

const planSubmit =
  (flags: SubmitFlags): PlanJob =>
  async ({ profile: base, cluster, read }, words, label) => {
    const { profile, asked, tools, problems: own } = readRequest(base, words, flags, label);
    const problems = [...flagProblems(flags), ...(await buildProblems(profile, read)), ...own];
    if (!asked || problems.length > 0) return { profile, problems, steps: [] };
    const { plan } = asked;
    const { job, look, fetch, claims, hostFolder, put } = plan;
    return {
      profile,
      problems: [
        ...hostFolderProblems(hostFolder, profile, cluster),
        ...volumeProblems(job, profile, cluster),
        ...(await checkProblems(plan, read)),
      ],
      tools,
      steps: [
        reachCluster,
        seeThatItFits(asked),
        ...showNotes(volumeNotes(job, profile, cluster)),
        ...look,
        ...lookSteps(profile),
        ...buildSteps(profile),
        ...fetch,
        ...layerSteps(profile, job.layer ?? noLayer, cluster),
        ...cluster.publish(profile),
        ...claims,
        ...(hostFolder ? [offerFolder(profile, hostFolder)] : []),
        ...(put ? [putData(profile, put)] : []),
        ...engineNamed(flags.engine).steps(profile),
        ...submitSteps(asked),
      ],
      done: submittedLines,
      exitCode: submittedExitCode,
    };
  };

/** Before anything long is begun for a cluster that is not there. */
const reachCluster: SingleStep = {
  title: 'Check that the cluster answers',
  observes: true,
  run: async ({ kube }) => {
    await kube.raw('/readyz');
  },
};
