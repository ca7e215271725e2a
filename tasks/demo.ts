// demo: from nothing to pi. Cluster and image come up side by side, then SparkPi runs beside the proof of cluster DNS.
import { accessSteps, namesSteps, upSteps } from './access/ready-cluster.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { sizeProblems } from './jobs/least-job.ts';
import { buildsInNode } from './profile/blocks/traits.ts';
import { submitSteps, submittedExitCode, submittedLines } from './runs/submit-steps.ts';
import type { Task } from './steps/types.ts';

const job = ['pi'];

export const demo: Task = {
  turns: 'up',
  tools: buildTools,
  problems: async (profile, _args, cluster, read) => [
    ...(await buildProblems(profile, read)),
    ...(await sizeProblems(profile, cluster)),
  ],
  steps: (profile, cluster) => {
    const early = cluster.publishesWhileStarting ? cluster.publish(profile) : [];
    const late = cluster.publishesWhileStarting ? [] : cluster.publish(profile);
    const names = namesSteps(profile, cluster);
    const run = { title: 'Submit and follow SparkPi', steps: submitSteps(job) };
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
  },
  done: (context) => [
    ...submittedLines(context),
    'Next: firesteel submit my_job.py -- its arguments · firesteel status · firesteel destroy',
  ],
  exitCode: submittedExitCode,
};
