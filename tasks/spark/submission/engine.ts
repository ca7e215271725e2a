// Who makes a run's objects: firesteel itself, or the distribution's own spark-submit.
import { didYouMean } from '../../lib/nearest.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Context, Manifest, SingleStep, Tool } from '../../lib/types.ts';
import { fetchSpark } from '../image/distribution.ts';
import type { Job } from '../job/job.ts';
import type { RunRequest } from './driver.ts';
import { sparkSubmitObjects, sparkSubmitProblems } from './engine-command.ts';
import { submitBySpark } from './engine-run.ts';
import { nativeProblems } from './native-conf.ts';
import type { RunObjects } from './run-objects.ts';
import { runObjects } from './run-objects.ts';
import type { Reservation } from './submission.ts';
import { ensureSubmitted } from './submission.ts';
import { claimProblems } from './volumes.ts';

/** How runs come into a cluster. Whatever follows (waiting, logs, `why`, exit codes) is the same. */
export interface Engine {
  /** Host tools it needs beyond the image's. */
  tools: Tool[];
  /** What of a job on a profile, or of a name for its run, it cannot do. */
  problems(job: Job, profile: Profile, name?: string): string[];
  /** What it needs before it can submit. */
  steps(profile: Profile): SingleStep[];
  /** What a run consists of before any of it exists, as far as it is ours to say. */
  objects(request: RunRequest): RunObjects;
  /** Makes the run; returns its driver pod. */
  submit(context: Context, request: RunRequest, objects: RunObjects, reserved?: Reservation): Promise<Manifest>;
}

const confOf = (job: Job, profile: Profile) => ({ ...job.conf, ...profile.spark.conf });

const engines: Readonly<Record<string, Engine>> = {
  native: {
    tools: [],
    problems: (job, profile) => [...claimProblems(confOf(job, profile)), ...nativeProblems(confOf(job, profile))],
    steps: () => [],
    objects: runObjects,
    submit: ({ kube }, _request, objects, reserved) => ensureSubmitted(kube, objects, reserved),
  },
  'spark-submit': {
    tools: [{ name: 'java', package: 'openjdk-17-jre-headless', purpose: "runs Spark's own spark-submit" }],
    problems: (job, profile, name) => [
      ...(name ? [`--name ${name}: spark-submit cannot resume a run; use only one of --name and --engine`] : []),
      ...sparkSubmitProblems(job),
      ...claimProblems(confOf(job, profile)),
    ],
    steps: (profile) => [fetchSpark(profile)],
    objects: sparkSubmitObjects,
    submit: submitBySpark,
  },
};

const defaultEngine = 'native';

/** The engine of that name, the default without one. Only for names that `engineProblems` has nothing against. */
export const engineNamed = (name = defaultEngine): Engine => engines[name] as Engine;

/** What is wrong with the name of an engine. */
export const engineProblems = (name = defaultEngine): string[] =>
  Object.hasOwn(engines, name)
    ? []
    : [`--engine ${name}: expected ${Object.keys(engines).join(' or ')}${didYouMean(name, Object.keys(engines))}`];
