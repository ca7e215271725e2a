// The steps that submit a run and follow it to its end, for every verb that does so.
import { shownFailure } from '../causes/finding.ts';
import { exitCode, Failure } from '../core/failure.ts';
import { userName } from '../core/user.ts';
import type { Job } from '../jobs/job.ts';
import { type Place, placeOf } from '../record/place.ts';
import { keptProperty, newRunFiles, type RunRecord, runFolder, updateRun } from '../record/run-folder.ts';
import { executorCount } from '../spark/conf.ts';
import { printableLines } from '../spark/driver-log.ts';
import { hasHistory, withEventLog } from '../spark/event-log.ts';
import { withOutputs } from '../spark/outputs.ts';
import { appLabel } from '../spark/pod.ts';
import { newRunId, runNames } from '../spark/run-names.ts';
import { chooseSizes, type Sizes, withSizes } from '../spark/sizes/sizes.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import type { RunRequest } from '../submission/driver.ts';
import { engineNamed } from '../submission/engines/engine.ts';
import type { AskedJob } from '../submission/request.ts';
import { followToEnd, waitForStart } from './following/attach.ts';
import { earlierSizes, reserveName } from './names/named-run.ts';
import { outcomeLines } from './outcome.ts';
import { goesOnElsewhere } from './remote-run.ts';

/** What can never fit is refused before anything is made. */
export const seeThatItFits = (asked: AskedJob): SingleStep => ({
  title: 'Check that the job fits',
  run: async (context, out) => {
    const { lines } = await sizesOf(context, asked);
    for (const line of lines) out.line(line);
  },
});

/** Sizes for what nobody chose; a run with a name keeps those that it was first submitted with. */
async function sizesOf(context: Context, { plan, flags }: AskedJob): Promise<Sizes> {
  const job = plan.jobOn(context.profile);
  const chosen = await chooseSizes(context, flags.keepOutputs ? withOutputs(job) : job);
  // Asked last: finds what another submit of this name has made since, or what did not count above.
  return (flags.name && (await earlierSizes(context, job, flags.name))) || chosen;
}

/** Spark's own property: false ends a submit once the driver pod is accepted. */
const waits = 'spark.kubernetes.submission.waitAppCompletion';

const isLeftAlone = ({ folder }: { folder: string }): boolean =>
  keptProperty(folder, waits)?.trim().toLowerCase() === 'false';

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

/** Submits, waits and follows. Needs `state.image`. */
export const submitSteps = (asked: AskedJob): SingleStep[] => [
  {
    title: `Submit ${asked.label}`,
    run: async (context, out) => {
      const { plan, flags } = asked;
      const engine = engineNamed(flags.engine);
      const { chosen, lines } = await sizesOf(context, asked);
      const profile = withSizes(context.profile, chosen);
      const job = plan.jobOn(profile);
      for (const note of plan.notes) out.line(note);
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

/** What is said of a run in the end. Only reads. */
export const submittedLines = ({ state: { run } }: Context): string[] =>
  run ? (isLeftAlone(run) ? leftAloneLines(run) : outcomeLines(run.folder)) : [];

/** The driver's own exit code, where it was followed. */
export const submittedExitCode = ({ state }: Context): number => state.run?.exitCode ?? exitCode.done;
