// kill: ends a run, keeps its logs, and removes its driver and all that belongs to the driver.
import { Failure } from './core/failure.ts';
import { untilQuiet } from './core/wait.ts';
import type { Kube } from './kube/types.ts';
import type { RunRecord } from './record/run-folder.ts';
import { readRun, runFolder, updateRun } from './record/run-folder.ts';
import { findNamedRun, namedRunProblems } from './runs/find.ts';
import { keepAll, keepLogs, podsOf } from './runs/keep.ts';
import { objectsOfRun, removeAll } from './runs/leftovers.ts';
import { getDriver, isEnded, lingering } from './runs/start.ts';
import { findRunCluster, kubeOf } from './runs/whereabouts.ts';
import type { Pod } from './spark/pod.ts';
import { terminated } from './spark/pod.ts';
import type { Task } from './steps/task.ts';
import type { Context, SingleStep } from './steps/types.ts';
import { removeRun } from './submission/submission.ts';

export const kill: Task = {
  cluster: 'optional',
  plan: ({ context: { profile }, words: [word] }) => {
    const run = findNamedRun(word);
    return {
      problems: namedRunProblems(profile, word),
      steps: run ? killSteps(run) : [],
      done: () => (run ? endLines(readRun(runFolder(run.id)) ?? run) : []),
    };
  },
};

function killSteps(run: RunRecord): SingleStep[] {
  const folder = runFolder(run.id);
  const skip = (context: Context) => howItEnded(context, run);
  return [
    {
      title: 'Keep logs, events and specs of the run',
      observes: true,
      skip,
      run: async (context, out) => {
        await keepAll(kubeOf(context, run), run);
        out.line(`kept in ${folder}`);
      },
    },
    {
      title: 'Kill the run',
      skip,
      run: (context, { line }) => endRun(context, run, line),
    },
  ];
}

const endLines = ({ id, killedAt }: RunRecord): string[] => [
  killedAt ? `${id} was killed` : `${id} has ended`,
  `kept in ${runFolder(id)}`,
];

/** How a run has ended, or false while there is something of it to end. Failure if its cluster does not answer. */
async function howItEnded(context: Context, run: RunRecord): Promise<string | false> {
  const found = await findRunCluster(context, run);
  if (found.state === 'gone') return `the run has ended: ${found.why}`;
  if (found.state === 'silent') {
    if (run.finishedAt) return 'the run has ended';
    throw new Failure(`unknown whether ${run.id} is still running: ${found.why}`, {
      hint: `start the cluster again, or delete the run's folder: firesteel runs remove ${run.id} --force`,
    });
  }
  const kube = kubeOf(context, run);
  // A follower that failed notes an end, though the driver may continue.
  const driver = await getDriver(kube, run);
  if (driver && (!isEnded(driver) || lingering(driver).length > 0)) return false;
  if (driver) return `the run has ended with exit code ${terminated(driver)?.exitCode ?? 'unknown'}`;
  const left = await objectsOfRun(kube, run.namespace, run.id).catch(() => []);
  return left.length > 0 ? false : 'the run has ended, and its driver pod is gone';
}

/** How long a log may be silent behind the end of its pod until it counts as ended, in ms. */
const logLag = 1_000;

/** What is noted of a run that this verb ends. */
const killed = 'it was killed';

/** Removes the driver, which may take its time to end, and what belongs to the run; keeps the logs up to their ends. */
async function endRun(context: Context, run: RunRecord, print: (line: string) => void): Promise<void> {
  const { signal, change } = context;
  const kube = kubeOf(context, run);
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const pods = await podsOf(kube, run);
  const folder = runFolder(run.id);
  let heardAt = 0;
  const onRead = () => {
    heardAt = performance.now();
  };
  const reading = change(`keep the complete logs in ${folder}`, () =>
    keepLogs(kube, pods, folder, { follow: until, onRead }),
  );
  try {
    const driver = await getDriver(kube, run);
    // Before the driver ends, so that who follows the run knows of it.
    const killedAt = new Date().toISOString();
    if (!driver || !isEnded(driver))
      await change(`record the kill in ${folder}`, () => updateRun(folder, { killedAt, cause: killed }));
    if (driver) print(`stopping ${run.namespace}/${run.driverPod} (up to ${graceSeconds(driver)} s)`);
    if (driver) await removeRun(kube, driver).catch((error: unknown) => forgetKill(kube, run, error));
    // The rest goes with its owner, sooner or later; here it is gone when the verb ends.
    const objects = await objectsOfRun(kube, run.namespace, run.id);
    await removeAll(
      kube,
      objects.filter(({ metadata }) => metadata.uid !== driver?.metadata.uid),
    );
    const { finishedAt = killedAt } = readRun(folder) ?? {};
    await change(`record the end in ${folder}`, () => updateRun(folder, { finishedAt }));
  } finally {
    await untilQuiet(reading, { heardAt: () => heardAt, quietMs: logLag, signal });
    stop.abort();
    await reading;
  }
}

/** Takes back that a run was killed, where its driver was not removed. */
async function forgetKill(kube: Kube, run: RunRecord, error: unknown): Promise<never> {
  const driver = await getDriver(kube, run).catch(() => undefined);
  if (driver && !driver.metadata.deletionTimestamp) {
    const { cause } = run;
    await updateRun(runFolder(run.id), { killedAt: undefined, cause });
  }
  throw error;
}

/** Kubernetes' own default. */
const usualGrace = 30;
const graceSeconds = ({ spec }: Pod): unknown => spec['terminationGracePeriodSeconds'] ?? usualGrace;
