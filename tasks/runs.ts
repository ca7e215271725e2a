// Lists the runs of this machine's user, from their folders.
import { table } from './lib/report.ts';
import type { Task } from './lib/types.ts';
import { shownResults } from './spark/job/job-result.ts';
import type { RunRecord } from './spark/run/run-folder.ts';
import { damagedRuns, readRuns, runFolder } from './spark/run/run-folder.ts';

export const runs: Task = {
  asIs: true,
  withoutTools: true,
  steps: () => [],
  done: () => {
    const found = readRuns();
    const damaged = damagedRuns().map((id) => `damaged: ${runFolder(id)} has no run.json that can be read`);
    if (found.length + damaged.length === 0) return ['no runs yet; firesteel submit pi makes one'];
    return [...table(found.map(row)), ...damaged];
  },
  facts: () => ({
    runs: readRuns().map((run) => ({ ...run, state: stateOf(run), folder: runFolder(run.id) })),
    damaged: damagedRuns().map((id) => runFolder(id)),
  }),
};

type State = 'killed' | 'ended' | 'failed' | 'running or unknown';

function stateOf(run: RunRecord): State {
  if (run.killedAt) return 'killed';
  if (run.exitCode !== undefined) return 'ended';
  return run.finishedAt ? 'failed' : 'running or unknown';
}

function row(run: RunRecord): string[] {
  const state = stateOf(run);
  const shown = state === 'ended' ? `exit code ${run.exitCode}` : state;
  return [
    run.id,
    run.profile,
    run.startedAt.slice(0, 19).replace('T', ' '),
    shown,
    run.cause ?? shownResults(run.results),
  ];
}
