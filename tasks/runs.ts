// Lists the runs of this machine's user, from their folders.
import { table } from './lib/report.ts';
import type { Task } from './lib/types.ts';
import type { RunRecord } from './spark/run-folder.ts';
import { readRuns } from './spark/run-folder.ts';

export const runs: Task = {
  asIs: true,
  withoutTools: true,
  steps: () => [],
  done: () => {
    const found = readRuns();
    return found.length > 0 ? table(found.map(row)) : ['no runs yet; firesteel submit pi makes one'];
  },
};

function row(run: RunRecord): string[] {
  const ended = run.killedAt
    ? 'killed'
    : run.exitCode === undefined
      ? run.finishedAt
        ? 'failed'
        : 'running or unknown'
      : `exit code ${run.exitCode}`;
  return [run.id, run.profile, run.startedAt.slice(0, 19).replace('T', ' '), ended, run.cause ?? ''];
}
