// Runs a job: driver pod and what belongs to it, its log while it runs, its exit code at the end.
import { flagProblems, jobProblems, noLayer, planOf, profileOf, type SubmitFlags } from './asked-job.ts';
import { buildProblems, buildSteps, buildTools } from './build.ts';
import { exitCode, Failure } from './lib/failure.ts';
import type { Context, SingleStep, Task } from './lib/types.ts';
import { userName } from './lib/user.ts';
import { goesOnElsewhere } from './run-elsewhere.ts';
import { shownFailure } from './spark/causes/finding.ts';
import { layerSteps, layerTools } from './spark/image/layer.ts';
import { type Job, readJob } from './spark/job/job.ts';
import { checkProblems } from './spark/job/job-check.ts';
import { planJob } from './spark/job/job-plan.ts';
import { appLabel } from './spark/pod.ts';
import { followToEnd, waitForStart } from './spark/run/attach.ts';
import { printableLines } from './spark/run/driver-log.ts';
import { outcomeLines } from './spark/run/outcome.ts';
import type { Place } from './spark/run/place.ts';
import { placeOf } from './spark/run/place.ts';
import type { RunRecord } from './spark/run/run-folder.ts';
import { keptProperty, newRunFiles, runFolder, updateRun } from './spark/run/run-folder.ts';
import { chooseSizes, type Sizes, withSizes } from './spark/sizes/sizes.ts';
import { executorCount } from './spark/submission/conf.ts';
import type { RunRequest } from './spark/submission/driver.ts';
import { engineNamed, engineProblems } from './spark/submission/engine.ts';
import { hasHistory, withEventLog } from './spark/submission/event-log.ts';
import { earlierSizes, reserveName } from './spark/submission/named-run.ts';
import { newRunId, runNames } from './spark/submission/names.ts';
import { withOutputs } from './spark/submission/outputs.ts';

/** The task as these flags ask for it. */
export const submitWith = (flags: SubmitFlags = {}): Task => ({
  profileFor: (profile, args) => profileOf(profile, args, flags),
  problems: async (profile, args, _cluster, read) => {
    const problems = [
      ...engineProblems(flags.engine),
      ...flagProblems(flags),
      ...(await buildProblems(profile, read)),
      ...jobProblems(profile, args, flags),
    ];
    const plan = problems.length === 0 ? planOf(profile, args, flags) : undefined;
    return plan ? checkProblems(plan, read) : problems;
  },
  tools: (profile, args) => {
    const { job, tools } = planOf(profile, args, flags) ?? {};
    return [
      ...buildTools(profile),
      ...layerTools(job?.layer ?? noLayer),
      ...(tools ?? []),
      ...engineNamed(flags.engine).tools,
    ];
  },
  steps: (profile, cluster, args) => {
    const { job, look, fetch, claims } = planOf(profile, args, flags) ?? {};
    return [
      reachCluster,
      seeThatItFits(args, flags),
      ...(look ?? []),
      ...buildSteps(profile),
      ...(fetch ?? []),
      ...layerSteps(profile, job?.layer ?? noLayer, cluster),
      ...cluster.publish(profile),
      ...(claims ?? []),
      ...engineNamed(flags.engine).steps(profile),
      ...submitSteps(args, flags),
    ];
  },
  done: ({ state: { run } }) => (run ? (isLeftAlone(run) ? leftAloneLines(run) : outcomeLines(run.folder)) : []),
  exitCode: ({ state }) => state.run?.exitCode ?? exitCode.done,
});

/** Before anything long is begun for a cluster that is not there. */
const reachCluster: SingleStep = {
  title: 'Reach the cluster',
  observes: true,
  run: async ({ kube }) => {
    await kube.raw('/readyz');
  },
};

/** What can never fit is refused before anything is made. */
const seeThatItFits = (words: readonly string[], flags: SubmitFlags): SingleStep => ({
  title: 'Check that the job fits',
  run: async (context, out) => {
    const { lines } = await sizesOf(context, words, flags);
    for (const line of lines) out.line(line);
  },
});

/** Sizes for what nobody chose; a run with a name keeps those that it was first submitted with. */
async function sizesOf(context: Context, words: readonly string[], flags: SubmitFlags): Promise<Sizes> {
  const { job } = planJob(readJob(words, flags), context.profile, flags.data);
  const chosen = await chooseSizes(context, flags.keepOutputs ? withOutputs(job) : job);
  // Asked last: finds what another submit of this name has made since, or what did not count above.
  return (flags.name && (await earlierSizes(context, job, flags.name))) || chosen;
}

/** Spark's own property: false ends a submit once the driver pod is accepted. */
const waits = 'spark.kubernetes.submission.waitAppCompletion';

const isLeftAlone = ({ folder }: { folder: string }): boolean => keptProperty(folder, waits) === 'false';

const whyNotFollowed = ({ state: { run } }: Context): string | false => {
  if (run?.exitCode !== undefined) return 'the run has ended';
  return run !== undefined && isLeftAlone(run) && `${waits} is false`;
};

const leftAloneLines = ({ id }: { id: string }): string[] => [
  `${id} is submitted`,
  `Next: firesteel logs ${id} --follow`,
];

const followSteps: SingleStep[] = [
  {
    title: 'Wait for the driver',
    observes: true,
    skip: whyNotFollowed,
    run: (context, out) => waitForStart(context, out, { removes: true }),
  },
  {
    title: 'Follow the driver',
    observes: true,
    skip: whyNotFollowed,
    run: (context, { line, lines = line }) =>
      followToEnd(context, { onLog: (bytes) => lines(printableLines(bytes)), onState: line }),
  },
];

/** Submits, waits and follows; `words` are the job and its arguments. Needs `state.image`. */
export const submitSteps = (words: readonly string[], flags: SubmitFlags = {}): SingleStep[] => [
  {
    title: `Submit ${words[0]}`,
    run: async (context, out) => {
      const engine = engineNamed(flags.engine);
      const { chosen, lines } = await sizesOf(context, words, flags);
      const profile = withSizes(context.profile, chosen);
      const { job, notes } = planJob(readJob(words, flags), profile, flags.data);
      for (const note of notes) out.line(note);
      const request = await runRequest({ ...context, profile }, flags.keepOutputs ? withOutputs(job) : job, flags.name);
      const objects = engine.objects(request);
      if (request.job.withoutEventLog) out.line(`no event log: ${request.job.withoutEventLog}`);
      const place = await placeOf(context);
      const record = newRecord(request, place, { executors: executorCount(objects.properties), sizes: lines[0] });
      const folder = runFolder(record.id);
      const reserved = flags.name
        ? await reserveName(context, objects, record, (run) => goesOnElsewhere(context, run))
        : undefined;
      if (reserved === 'ended') return out.line('the run has already ended');
      for (const line of lines) out.line(line);
      await context.write(newRunFiles(folder, record, request, objects));
      const driver = await engine.submit(context, request, objects, reserved).catch(async (error: unknown) => {
        if (context.signal.aborted) throw interrupted(record.id, flags.name);
        await updateRun(folder, { cause: shownFailure(error), finishedAt: new Date().toISOString() });
        throw error;
      });
      // Spark generates a random app id.
      await updateRun(folder, { appId: driver.metadata.labels?.[appLabel] ?? record.appId });
      context.state.run = { id: record.id, folder };
      out.line(`${driver.metadata.namespace}/${driver.metadata.name}`);
    },
  },
  ...followSteps,
];

/** After Ctrl-C no further request is sent, so objects already created stay. Only a named run can be resumed. */
const interrupted = (id: string, name: string | undefined): Failure =>
  new Failure(`interrupted: ${id} may still be running`, {
    exitCode: exitCode.interrupted,
    hint: name ? 'run the same command again: it resumes the run' : `kill it: firesteel kill ${id}`,
  });

async function runRequest(
  { kube, profile, state }: Context,
  asked: Job,
  name: string | undefined,
): Promise<RunRequest> {
  const job = (await hasHistory(kube, profile)) ? withEventLog(asked, profile) : asked;
  if (!state.image) throw new Failure('there is no Spark image', { hint: 'build it: firesteel build' });
  return {
    job: name ? { ...job, conf: { ...job.conf, 'spark.app.name': name } } : job,
    profile,
    image: state.image,
    names: runNames(name ?? newRunId(job.name)),
    user: userName(),
  };
}

const newRecord = (
  { job, image, names }: RunRequest,
  place: Place,
  { executors, sizes }: { executors: number; sizes: string | undefined },
): RunRecord => ({
  id: names.id,
  appId: names.appId,
  job: job.name,
  args: job.args,
  ...place,
  driverPod: names.driverPod,
  image,
  executors,
  ...(sizes ? { sizes } : {}),
  ...(job.result ? { resultPatterns: job.result } : {}),
  ...(job.keepsOutputs ? { keepsOutputs: true } : {}),
  ...(job.withoutEventLog ? { withoutEventLog: job.withoutEventLog } : {}),
  startedAt: new Date().toISOString(),
});
