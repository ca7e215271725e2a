// firesteel build with a job: the image that submit would take for it, with its packages and large files, made beforehand.
import { planOf } from './asked-job.ts';
import { build, buildSteps, whenUp } from './build.ts';
import type { Task } from './lib/types.ts';
import { layerSteps } from './spark/image/layer.ts';
import { submitWith } from './submit.ts';

const submit = submitWith();

/** `build`, and what a job's image has on top of Spark's if one is named. */
export const buildJob: Task = {
  ...build,
  profileFor: (profile, args) => submit.profileFor?.(profile, args) ?? profile,
  tools: (profile, args, cluster, read) => (taskOf(args).tools ?? (() => []))(profile, args, cluster, read),
  problems: (profile, args, cluster, read) => (taskOf(args).problems ?? (() => []))(profile, args, cluster, read),
  steps: (profile, cluster, args) => {
    const { job, fetch = [] } = planOf(profile, args, {}) ?? {};
    const layer = job?.layer ? layerSteps(profile, job.layer) : [];
    return [...buildSteps(profile), ...fetch, ...layer, ...whenUp(cluster.publish(profile))];
  },
};

/** Whose tools and problems are those of building this. */
const taskOf = (args: readonly string[]): Task => (args.length > 0 ? submit : build);
