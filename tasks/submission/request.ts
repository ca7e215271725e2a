// Plans the job of a submit with its flags, and collects all problems.
import { usageText } from '../core/failure.ts';
import { fileFailure } from '../core/files/trouble.ts';
import { buildTools } from '../images/build-steps.ts';
import { type Layer, layerProblems, layerTools } from '../images/layer/layer.ts';
import { localFileProblems } from '../jobs/conf-files.ts';
import { type Job, type JobFlags, readJob } from '../jobs/job.ts';
import { type JobPlan, planJob } from '../jobs/plan.ts';
import type { Profile } from '../profile/schema.ts';
import { confOf } from '../spark/job.ts';
import { numExecutorsProblems } from '../spark/num-executors.ts';
import { runNameProblems } from '../spark/run-names.ts';
import { needProblems } from '../spark/versions.ts';
import { volumeConflicts } from '../spark/volume-conflicts.ts';
import { incompleteVolumes } from '../spark/volumes.ts';
import type { Tool } from '../steps/types.ts';
import { type Engine, engineNamed, engineProblems } from './engines/engine.ts';
import { textProblems } from './texts.ts';

/** Flags of submit; build and standalone take some of them. */
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

/** A job as a command line asks for it. */
export interface AskedJob {
  /** As its user left it. */
  job: Job;
  /** With all that it leaves open. */
  plan: JobPlan;
  /** How its user names it: a job, or the path of a file or notebook. */
  label: string;
  flags: SubmitFlags;
}

/** Plans a job on a profile, once for all that is done with it. */
export const askedJob = (job: Job, profile: Profile, flags: SubmitFlags = {}, label: string = job.name): AskedJob => ({
  job,
  plan: planJob(job, profile, flags.data),
  label,
  flags,
});

/** What of these flags makes no sense, whatever the job. */
export const flagProblems = ({ engine, numExecutors, name }: SubmitFlags): string[] => [
  ...engineProblems(engine),
  ...numExecutorsProblems(numExecutors),
  ...runNameProblems(name),
];

/** What a job without packages and its own files puts on top of the Spark image. */
export const noLayer: Layer = { files: [], pip: [], maven: [] };

/** What one command line comes to: the profile of its run, and its job unless it cannot be read. */
export interface Request {
  profile: Profile;
  asked?: AskedJob;
  /** What keeps these words from being a job, or the job from running on the profile's Spark. */
  problems: string[];
  /** What this machine must have to build the job's image and to submit it. */
  tools: Tool[];
}

/** Reads the job, and plans it on the profile, with the Spark that the job runs on unless the profile names one. */
export function readRequest(base: Profile, words: readonly string[], flags: SubmitFlags, label?: string): Request {
  try {
    const job = readJob(words, flags);
    const profile = withSparkVersion(base, job.spark);
    const asked = askedJob(job, profile, flags, label ?? words[0]);
    const { plan } = asked;
    const tools = [
      ...buildTools(profile),
      ...layerTools(plan.job.layer ?? noLayer),
      ...plan.tools,
      ...(engineProblems(flags.engine).length === 0 ? engineNamed(flags.engine).tools : []),
    ];
    return { profile, asked, tools, problems: requestProblems(asked, profile) };
  } catch (error) {
    return { profile: base, tools: buildTools(base), problems: [usageText(fileFailure(error) ?? error)] };
  }
}

/** The profile with the Spark that a job or a notebook names, unless the profile names one itself. */
export const withSparkVersion = (profile: Profile, version: string | undefined): Profile =>
  version && !profile.namesSpark ? { ...profile, spark: { ...profile.spark, version } } : profile;

function requestProblems({ job, plan, flags }: AskedJob, profile: Profile): string[] {
  const { name, needs = {} } = job;
  const isKnown = engineProblems(flags.engine).length === 0;
  const conf = confOf(plan.job, profile);
  return [
    ...(isKnown
      ? engineNamed(flags.engine).problems({ ...job, lists: plan.job.lists ?? {} }, profile, flags.name)
      : []),
    ...incompleteVolumes(conf),
    ...volumeConflicts(conf),
    ...textProblems(plan.job.args, conf),
    ...Object.entries(profile.spark.conf).flatMap(([key, value]) =>
      localFileProblems(key, value).map((problem) => `spark.conf.${key}: ${problem}`),
    ),
    ...needProblems(needs, profile.spark.version).map((problem) => `job ${name}: ${problem}`),
    ...layerProblems(profile, plan.job.layer ?? noLayer),
    ...plan.problems,
  ];
}
