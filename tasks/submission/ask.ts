// The job of a submit: read with its flags, planned on the profile, and all its problems.
import { usageText } from '../core/failure.ts';
import { buildTools } from '../images/build-steps.ts';
import { type Layer, layerProblems, layerTools } from '../images/layer/layer.ts';
import { localFileProblems } from '../jobs/conf-files.ts';
import { type Job, type JobFlags, readJob } from '../jobs/job.ts';
import { type JobPlan, planJob } from '../jobs/plan.ts';
import type { Profile } from '../profile/schema.ts';
import { runNameProblems } from '../spark/run-names.ts';
import { needProblems } from '../spark/versions.ts';
import type { Tool } from '../steps/types.ts';
import { type Engine, engineNamed, engineProblems } from './engines/engine.ts';

/** Flags of submit alone. */
export interface SubmitFlags extends JobFlags {
  /** `spark.executor.instances`, whatever job and profile say. */
  numExecutors?: string | undefined;
  /** The run's name, instead of a random one: a second submit resumes that run. */
  name?: string | undefined;
  /** Who makes the run's objects: `native`, the default, or `spark-submit`; or an engine that has no name. */
  engine?: string | Engine | undefined;
  /** Which data it reads: a set by name, a folder, `claim:NAME[/path]` or `image:/path`. */
  data?: string | undefined;
  /** Whether what it leaves in its folder for outputs is brought home. */
  keepOutputs?: boolean | undefined;
}

/** What of these flags makes no sense, whatever the job. */
export const flagProblems = ({ numExecutors, name }: SubmitFlags): string[] => [
  ...(numExecutors === undefined || /^[1-9]\d{0,3}$/.test(numExecutors)
    ? []
    : [`--num-executors ${numExecutors}: expected a number from 1 to 9999`]),
  ...runNameProblems(name),
];

/** The profile with the Spark its job runs on, unless it names one itself, and with what flags ask for. */
export function profileOf(profile: Profile, words: readonly string[], flags: SubmitFlags): Profile {
  const { spark } = profile;
  const { numExecutors } = flags;
  const version = profile.namesSpark ? undefined : wellRead(words, flags)?.spark;
  const executors: Record<string, string> = numExecutors ? { 'spark.executor.instances': numExecutors } : {};
  return { ...profile, spark: { ...spark, ...(version ? { version } : {}), conf: { ...spark.conf, ...executors } } };
}

/** The job, if it can be read: its problems are reported with all others. */
function wellRead(words: readonly string[], flags: SubmitFlags): Job | undefined {
  try {
    return readJob(words, flags);
  } catch {
    return undefined;
  }
}

/** What a job without packages and its own files puts on top of the Spark image. */
export const noLayer: Layer = { files: [], pip: [], maven: [] };

/** The job with all that it leaves open filled in, if it can be read. */
export function planOf(profile: Profile, words: readonly string[], flags: SubmitFlags): JobPlan | undefined {
  const job = wellRead(words, flags);
  return job && planJob(job, profile, flags.data);
}

/** What keeps these words from being a job, or the job from running on the profile's Spark. */
export function jobProblems(profile: Profile, words: readonly string[], flags: SubmitFlags): string[] {
  try {
    const job = readJob(words, flags);
    const { name, needs = {} } = job;
    const plan = planJob(job, profile, flags.data);
    const isKnown = engineProblems(flags.engine).length === 0;
    return [
      ...(isKnown
        ? engineNamed(flags.engine).problems({ ...job, lists: plan.job.lists ?? {} }, profile, flags.name)
        : []),
      ...Object.entries(profile.spark.conf).flatMap(([key, value]) =>
        localFileProblems(key, value).map((problem) => `spark.conf.${key}: ${problem}`),
      ),
      ...needProblems(needs, profile.spark.version).map((problem) => `job ${name}: ${problem}`),
      ...layerProblems(profile, plan.job.layer ?? noLayer),
      ...plan.problems,
    ];
  } catch (error) {
    return [usageText(error)];
  }
}

/** What this machine must have to build the job's image and to submit it. */
export function askedTools(profile: Profile, words: readonly string[], flags: SubmitFlags): Tool[] {
  const { job, tools } = planOf(profile, words, flags) ?? {};
  return [
    ...buildTools(profile),
    ...layerTools(job?.layer ?? noLayer),
    ...(tools ?? []),
    ...engineNamed(flags.engine).tools,
  ];
}
