// Ends a run: keeps what can still be had of it, removes its driver and all that belongs to that, and notes it.
import type { Context, Task } from './lib/types.ts';
import { untilQuiet } from './lib/wait.ts';
import { terminated } from './spark/pod.ts';
import { findNamedRun, namedRunProblems } from './spark/run/find-run.ts';
import { keepAll, keepLogs, podsOf } from './spark/run/keep.ts';
import { objectsOfRuns, removeAll } from './spark/run/leftovers.ts';
import type { RunRecord } from './spark/run/run-folder.ts';
import { readRun, runFolder, updateRun } from './spark/run/run-folder.ts';
import { getDriver, isEnded } from './spark/run/start.ts';
import { removeRun } from './spark/submission/submission.ts';

export const kill: Task = {
  asIs: true,
  withoutTools: true,
  problems: (profile, [word]) => namedRunProblems(profile, word),
  steps: (_profile, _cluster, [word]) => {
    const run = findNamedRun(word);
    if (!run) return [];
    const folder = runFolder(run.id);
    let killedAt: string | undefined;
    const skip = ({ kube, state }: Context) => {
      state.run ??= { id: run.id, folder };
      return howItEnded(kube, run);
    };
    return [
      {
        title: 'Keep logs, events and specs',
        observes: true,
        skip,
        run: async ({ kube }, out) => {
          await keepAll(kube, run);
          out.line(`kept in ${folder}`);
        },
      },
      {
        title: 'End the run',
        skip,
        run: async (context, { line }) => {
          killedAt = new Date().toISOString();
          await endRun(context, run, line);
        },
      },
      {
        title: 'Note that it was killed',
        observes: true,
        skip: () => (killedAt ? false : 'it was not'),
        run: async () => {
          // Who follows the run may have noted its end already, with the exit code.
          const { finishedAt, cause } = readRun(folder) ?? {};
          const at = killedAt ?? new Date().toISOString();
          await updateRun(folder, { killedAt: at, finishedAt: finishedAt ?? at, cause: cause ?? 'it was killed' });
        },
      },
    ];
  },
  done: ({ state }) => {
    const run = state.run && readRun(state.run.folder);
    if (!run) return [];
    return [run.killedAt ? `${run.id} was killed` : `${run.id} has ended`, `kept in ${runFolder(run.id)}`];
  },
};

/** How a run has ended, or false while there is something of it to end. */
async function howItEnded(kube: Context['kube'], run: RunRecord): Promise<string | false> {
  // A follower that failed notes an end, though the driver may go on.
  const driver = await getDriver(kube, run).catch((error: unknown) => {
    if (run.finishedAt) return undefined;
    throw error;
  });
  if (driver && !isEnded(driver)) return false;
  if (driver) return `it has ended with exit code ${terminated(driver)?.exitCode ?? 'unknown'}`;
  const left = await objectsOfRuns(kube, run.namespace, run.id).catch(() => []);
  return left.length > 0 ? false : 'it has ended, and its driver pod is gone';
}

/** How long a log may be silent behind the end of its pod until it counts as ended, in ms. */
const logLag = 1_000;

/** Removes the driver, which may take its time to end, and what belongs to the run; keeps the logs up to their ends. */
async function endRun({ kube, signal, change }: Context, run: RunRecord, print: (line: string) => void): Promise<void> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const pods = await podsOf(kube, run);
  const folder = runFolder(run.id);
  let heardAt = 0;
  const onRead = () => {
    heardAt = performance.now();
  };
  const reading = change(`keep logs up to their ends in ${folder}`, () =>
    keepLogs(kube, pods, folder, { follow: until, onRead }),
  );
  try {
    const driver = await getDriver(kube, run);
    if (driver) print(`removing ${run.namespace}/${run.driverPod}; it has time to end`);
    if (driver) await removeRun(kube, driver);
    // The rest goes with its owner, sooner or later; here it is gone when the verb ends.
    const objects = await objectsOfRuns(kube, run.namespace, run.id);
    await removeAll(
      kube,
      objects.filter(({ metadata }) => metadata.uid !== driver?.metadata.uid),
    );
  } finally {
    await untilQuiet(reading, { heardAt: () => heardAt, quietMs: logLag, signal });
    stop.abort();
    await reading;
  }
}
