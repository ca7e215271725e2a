// Shows a run's log: follows it while its driver is there, and reads its folder afterwards.
import { Failure } from './lib/failure.ts';
import type { Context, SingleStep, Task } from './lib/types.ts';
import { printable } from './spark/driver-log.ts';
import { findRun, runProblems } from './spark/find-run.ts';
import type { Logs } from './spark/keep.ts';
import { podsOf, readLogs } from './spark/keep.ts';
import { logLines } from './spark/outcome.ts';
import { podLogName } from './spark/pod.ts';
import type { RunRecord } from './spark/run-folder.ts';
import { logNames, readLog, runFolder } from './spark/run-folder.ts';
import { getDriver } from './spark/start.ts';
import { followStep, waitStep } from './submit.ts';

export const logs: Task = {
  asIs: true,
  withoutTools: true,
  problems: (profile, [word, pod = '', ...others]) => [
    ...runProblems(profile, word),
    ...(/^(?:driver|executor-\d+)?$/.test(pod) ? [] : [`log "${pod}": driver or executor-1, with its number`]),
    ...(others.length > 0 ? [`"${others.join(' ')}": there is one log only`] : []),
  ],
  steps: (_profile, _cluster, [word, pod = 'driver']) => {
    const run = findRun(word);
    if (!run) return [];
    const skip = async ({ kube, state }: Context) => {
      state.run ??= {
        id: run.id,
        folder: runFolder(run.id),
        ...(run.exitCode === undefined ? {} : { exitCode: run.exitCode }),
      };
      if (run.finishedAt) return 'the run has ended';
      return (await getDriver(kube, run)) ? false : 'the driver pod is gone';
    };
    if (pod !== 'driver') return [executorStep(run, pod)];
    return [
      { ...waitStep, skip },
      { ...followStep, skip },
    ];
  },
  done: ({ state: { run, log } }) => log ?? (run ? logLines(run.folder) : []),
  exitCode: ({ state }) => state.run?.exitCode ?? 0,
};

/** Reads one executor's log from the cluster while it is there, else what was kept of it. */
const executorStep = (run: RunRecord, name: string): SingleStep => ({
  title: 'Read the log',
  observes: true,
  run: async ({ kube, state }) => {
    const folder = runFolder(run.id);
    const kept = readLog(folder, name);
    const logs: Logs = new Map();
    // Who does not answer has no more than was kept.
    const pods = await podsOf(kube, run).catch(() => []);
    await readLogs(
      kube,
      pods.filter((pod) => podLogName(pod) === name),
      logs,
    );
    const live = logs.get(name) ?? [];
    state.log = (live.length > kept.length ? live : kept).map(printable);
    if (state.log.length === 0 && !logs.has(name) && !logNames(folder).includes(name))
      throw new Failure(`run ${run.id} has no log of ${name}`, {
        hint: `take one of ${logNames(folder).join(', ') || 'none yet'}; firesteel status ${run.id} shows its pods`,
      });
  },
});
