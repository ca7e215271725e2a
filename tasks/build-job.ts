// firesteel build with a job: the image that submit would take for it, with its packages and large files, made beforehand.
import { jobProblems, planOf, type SubmitFlags } from './asked-job.ts';
import { build, buildProblems, buildSteps, whenUp } from './build.ts';
import type { Task } from './lib/types.ts';
import { layerSteps } from './spark/image/layer.ts';
import { submitWith } from './submit.ts';

/** Flags of submit that say what is in a job's image, or that its job cannot be read without. */
type BuildFlags = Pick<SubmitFlags, 'data' | 'class' | 'pyFiles' | 'jars' | 'packages' | 'requirements'>;

/** `build`, and what a job's image has on top of Spark's if one is named. */
export function buildWith({ data, class: mainClass, pyFiles, jars, packages, requirements }: BuildFlags = {}): Task {
  const flags: BuildFlags = { data, class: mainClass, pyFiles, jars, packages, requirements };
  const submit = submitWith(flags);
  /** Whose tools and problems are those of building this. */
  const taskOf = (args: readonly string[]): Task => (args.length > 0 ? submit : build);
  const isGiven = Object.values(flags).some((value) => value !== undefined);
  return {
    ...build,
    profileFor: (profile, args) => submit.profileFor?.(profile, args) ?? profile,
    tools: (profile, args, cluster, read) => taskOf(args).tools?.(profile, args, cluster, read) ?? [],
    problems: async (profile, args, _cluster, read) => [
      ...(isGiven && args.length === 0 ? ['no job given: flags for an image need a job'] : []),
      ...(await buildProblems(profile, read)),
      ...(args.length > 0 ? jobProblems(profile, args, flags) : []),
    ],
    steps: (profile, cluster, args) => {
      const { job, fetch = [] } = planOf(profile, args, flags) ?? {};
      const layer = job?.layer ? layerSteps(profile, job.layer, cluster) : [];
      return [...buildSteps(profile), ...fetch, ...layer, ...whenUp(cluster.publish(profile))];
    },
  };
}
