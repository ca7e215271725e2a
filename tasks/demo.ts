// demo: from nothing to pi. Cluster and image come up side by side, then SparkPi runs.
import { buildProblems, buildSteps, buildTools } from './build.ts';
import { clusterSteps, sizeProblems } from './deploy.ts';
import type { Task } from './lib/types.ts';
import { submitSteps, submitWith } from './submit.ts';

const job = ['pi'];

const submit = submitWith();

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
    return [
      {
        title: 'Prepare',
        // What builds in the node has to wait for it.
        concurrent: profile.image.builder !== 'minikube',
        steps: [
          { title: 'Cluster', steps: clusterSteps(profile, cluster) },
          { title: 'Spark image', steps: [...buildSteps(profile), ...early] },
        ],
      },
      ...late,
      ...submitSteps(job),
    ];
  },
  done: async (context) => [
    ...((await submit.done?.(context)) ?? []),
    'Next: firesteel submit my_job.py -- its arguments · firesteel status · firesteel destroy',
  ],
  ...(submit.exitCode ? { exitCode: submit.exitCode } : {}),
};
