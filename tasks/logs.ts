// Shows a run's log: follows it while its driver is there, and reads its folder afterwards.
import { didYouMean } from './lib/nearest.ts';
import type { Context, Task } from './lib/types.ts';
import { logLines } from './spark/outcome.ts';
import type { RunRecord } from './spark/run-folder.ts';
import { readRuns, runFolder } from './spark/run-folder.ts';
import { getDriver } from './spark/start.ts';
import { followStep, waitStep } from './submit.ts';

export const logs: Task = {
  asIs: true,
  withoutTools: true,
  problems: (profile, [word]) => {
    const run = findRun(word);
    if (!run)
      return [
        word
          ? `run "${word}": not found${didYouMean(
              word,
              readRuns().map(({ id }) => id),
            )}`
          : 'there are no runs yet',
      ];
    const isElsewhere = !run.finishedAt && run.profile !== profile.name;
    return isElsewhere ? [`run ${run.id} belongs to profile ${run.profile}: add --profile ${run.profile}`] : [];
  },
  steps: (_profile, _cluster, [word]) => {
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
    return [
      { ...waitStep, skip },
      { ...followStep, skip },
    ];
  },
  done: ({ state: { run } }) => (run ? logLines(run.folder) : []),
  exitCode: ({ state }) => state.run?.exitCode ?? 0,
};

/** The run of that id, or the newest whose id begins so; without a word the newest of all. */
function findRun(word = ''): RunRecord | undefined {
  const runs = readRuns();
  return runs.find(({ id }) => id === word) ?? runs.find(({ id }) => id.startsWith(word));
}
