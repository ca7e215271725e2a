// Chooses the engine that creates a run: firesteel itself, or spark-submit.
import { didYouMean } from '../../core/nearest.ts';
import { fetchSpark } from '../../images/distribution/distribution.ts';
import type { Job } from '../../jobs/job.ts';
import type { Manifest } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { confOf } from '../../spark/job.ts';
import { claimProblems } from '../../spark/volumes.ts';
import type { Context, SingleStep, Tool } from '../../steps/types.ts';
import type { RunRequest } from '../driver.ts';
import { type RunObjects, runObjects } from '../run-objects.ts';
import { ensureSubmitted, type Reservation } from '../submission.ts';
import { sparkSubmitObjects, sparkSubmitProblems } from './spark-submit/command.ts';
import { submitBySpark } from './spark-submit/run.ts';

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

const engines: Readonly<Record<string, Engine>> = {
  native: {
    tools: [],
    problems: (job, profile) => [...claimProblems(confOf(job, profile)), ...nativeProblems(confOf(job, profile))],
    steps: () => [],
    objects: (request) => runObjects(request),
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
export const engineNamed = (engine: string | Engine = defaultEngine): Engine =>
  typeof engine === 'string' ? (engines[engine] as Engine) : engine;

/** What is wrong with the name of an engine. */
export const engineProblems = (name: string | Engine = defaultEngine): string[] =>
  typeof name !== 'string' || Object.hasOwn(engines, name)
    ? []
    : [`--engine ${name}: expected ${Object.keys(engines).join(' or ')}${didYouMean(name, Object.keys(engines))}`];

/** What cluster mode alone does of https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties. */
const sparkSubmitOnly: readonly RegExp[] = [
  /^spark\.driver\.resource\./,
  /^spark\.kerberos\.keytab$/,
  /^spark\.kubernetes\.authenticate\.driver\.(caCertFile|clientCertFile|clientKeyFile|oauthTokenFile)$/,
  /^spark\.kubernetes\.driver\.container\.image$/,
  /^spark\.kubernetes\.driver\.pod\.(featureSteps|excludedFeatureSteps)$/,
  /^spark\.kubernetes\.driver\.service\.(annotation\.|label\.|ip|publishNotReadyAddresses$)/,
  // With these Spark makes a claim for the driver.
  /^spark\.kubernetes\.driver\.volumes\.persistentVolumeClaim\.[^.]+\.options\.(storageClass|sizeLimit)$/,
  /^spark\.kubernetes\.(hadoop\.configMapName$|kerberos\.)/,
];

/** A line for each property that takes Spark's own spark-submit. */
const nativeProblems = (properties: Readonly<Record<string, string>>): string[] =>
  Object.keys(properties)
    .filter((key) => sparkSubmitOnly.some((keys) => keys.test(key)))
    .map((key) => `${key}: needs --engine spark-submit`);
