// demo: from nothing to pi; creates cluster and image at the same time, then runs SparkPi.
import { accessSteps, namesSteps, upSteps } from './access/ready-cluster.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { readJob } from './jobs/job.ts';
import { sizeProblems } from './jobs/least-job.ts';
import { buildsInNode } from './profile/blocks/traits.ts';
import type { Profile } from './profile/schema.ts';
import { submitSteps, submittedExitCode, submittedLines } from './runs/submit-steps.ts';
import type { Cluster } from './steps/cluster.ts';
import { planUnless } from './steps/plan.ts';
import type { Task } from './steps/task.ts';
import type { Step } from './steps/types.ts';
import { askedJob } from './submission/request.ts';

export const demo: Task = {
  cluster: 'create',
  plan: async ({ context: { profile, cluster, read } }) => {
    const problems = [...(await buildProblems(profile, read)), ...(await sizeProblems(profile, cluster))];
    return planUnless(problems, () => ({
      tools: buildTools(profile),
      steps: demoSteps(profile, cluster),
      done: (context) => [
        ...submittedLines(context),
        'Next: firesteel submit my_job.py -- ARGUMENTS · firesteel status · firesteel destroy',
      ],
      exitCode: submittedExitCode,
    }));
  },
};

function demoSteps(profile: Profile, cluster: Cluster): Step[] {
  const early = cluster.publishesWhileStarting ? cluster.publish(profile) : [];
  const late = cluster.publishesWhileStarting ? [] : cluster.publish(profile);
  const names = namesSteps(profile, cluster);
  const run = { title: 'Submit and follow SparkPi', steps: submitSteps(askedJob(readJob(['pi']), profile)) };
  return [
    {
      title: 'Create cluster and image',
      // What builds in the node has to wait for it.
      concurrent: !buildsInNode(profile),
      steps: [
        { title: 'Create the cluster', steps: [...upSteps(profile, cluster), accessSteps(profile)] },
        { title: 'Prepare the Spark image', steps: [...buildSteps(profile), ...early] },
      ],
    },
    ...late,
    // A driver takes longer to its first name than CoreDNS to its first answer, unless that has to be repaired.
    { title: 'Run SparkPi', concurrent: cluster.settle !== undefined, steps: [names, run] },
  ];
}
