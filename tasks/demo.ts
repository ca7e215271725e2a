// demo: from nothing to pi. Cluster and image come up side by side, then SparkPi runs.
import { buildSteps, buildTools } from './build.ts';
import { accessSteps, sizeProblems } from './deploy.ts';
import type { Task } from './lib/types.ts';
import { imageProblems } from './spark/image.ts';
import { submit, submitSteps } from './submit.ts';

const job = ['pi'];

export const demo: Task = {
  turns: 'up',
  tools: buildTools,
  problems: async (profile, _args, cluster) => [...imageProblems(profile), ...(await sizeProblems(profile, cluster))],
  steps: (profile, cluster) => [
    {
      title: 'Prepare',
      concurrent: true,
      steps: [
        { title: 'Cluster', steps: [...cluster.up(profile), ...accessSteps(profile)] },
        { title: 'Spark image', steps: [...buildSteps(profile), ...cluster.publish(profile)] },
      ],
    },
    ...submitSteps(job),
  ],
  done: async (context) => [
    ...((await submit.done?.(context)) ?? []),
    'Next: firesteel submit my_job.py -- its arguments · firesteel status · firesteel destroy',
  ],
  ...(submit.exitCode ? { exitCode: submit.exitCode } : {}),
};
