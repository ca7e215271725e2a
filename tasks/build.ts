// firesteel build: the Spark image, from the distribution's own docker-image-tool.sh, made known to the cluster.
import { shown } from './core/exec.ts';
import { buildProblems, buildSteps, buildTools, whenUp } from './images/build-steps.ts';
import { layerSteps } from './images/layer/layer.ts';
import type { Task } from './steps/types.ts';
import { askedTools, jobProblems, planOf, profileOf, type SubmitFlags } from './submission/ask.ts';

const build: Task = {
  tools: buildTools,
  problems: (profile, _args, _cluster, read) => buildProblems(profile, read),
  steps: (profile, cluster) => [...buildSteps(profile), ...whenUp(cluster.publish(profile))],
  done: ({ state }, [job = 'pi'] = []) => [`image ${state.image}`, `Next: ${shown(['firesteel', 'submit', job])}`],
};

/** Flags of submit that say what is in a job's image, or that its job cannot be read without. */
type BuildFlags = Pick<SubmitFlags, 'data' | 'class' | 'pyFiles' | 'jars' | 'packages' | 'requirements'>;

/** `build`, and what a job's image has on top of Spark's if one is named. */
export function buildWith({ data, class: mainClass, pyFiles, jars, packages, requirements }: BuildFlags = {}): Task {
  const flags: BuildFlags = { data, class: mainClass, pyFiles, jars, packages, requirements };
  const isGiven = Object.values(flags).some((value) => value !== undefined);
  return {
    ...build,
    profileFor: (profile, args) => profileOf(profile, args, flags),
    tools: (profile, args) => (args.length > 0 ? askedTools(profile, args, flags) : buildTools(profile)),
    problems: async (profile, args, _cluster, read) => [
      ...(isGiven && args.length === 0 ? ['no job given: flags such as --jars are for the image of a job'] : []),
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
