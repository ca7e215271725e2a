// runs: lists the runs of this user, and removes folders of runs.
import { Failure } from './core/failure.ts';
import { table } from './core/screen/table.ts';
import { shownResults } from './jobs/result.ts';
import type { Profile } from './profile/schema.ts';
import type { RunRecord } from './record/run-folder.ts';
import { damagedRuns, readRuns, runFolder } from './record/run-folder.ts';
import { findNamedRun, namedRunProblems, noRunsYet } from './runs/find.ts';
import { getDriver, isEnded } from './runs/start.ts';
import { statesOf } from './runs/states.ts';
import { clusterOf, findRunCluster, kubeOf } from './runs/whereabouts.ts';
import type { Task } from './steps/task.ts';
import type { Context, Step } from './steps/types.ts';

/** Flags of runs alone. */
export interface RunsFlags {
  /** How many of the newest runs are listed; left out, all. */
  last?: string | undefined;
  /** Remove a run of which unknown whether it is still running. */
  force?: boolean;
}

/** The task as these flags ask for it. */
export const runsWith = ({ last, force = false }: RunsFlags = {}): Task => ({
  cluster: 'optional',
  plan: ({ context: { profile }, words: [action, ...ids] }) => {
    if (action === 'remove')
      return { problems: removeProblems(ids, profile, force), steps: ids.map((id) => removal(id, force)) };
    if (last !== undefined && !/^[1-9]\d*$/.test(last))
      return { problems: [`--last ${last}: expected a number, such as 20`], steps: [] };
    const states = new Map<string, string>();
    // Read when they are shown: a look at their clusters may note an end.
    const listed = (): RunRecord[] => readRuns().slice(0, last === undefined ? undefined : Number(last));
    return {
      steps: lookAtClusters(listed(), states),
      done: () => listLines(listed(), states),
      facts: () => ({
        runs: listed().map((run) => ({ ...run, state: stateOf(run, states), folder: runFolder(run.id) })),
        damaged: damagedRuns().map((id) => runFolder(id)),
      }),
    };
  },
});

const removeProblems = (ids: readonly string[], profile: Profile, force: boolean): string[] =>
  ids.flatMap((id) => (damagedRuns().includes(id) ? damagedProblems(id, force) : namedRunProblems(profile, id)));

function listLines(found: readonly RunRecord[], states: States): string[] {
  const damaged = damagedRuns().map((id) => `damaged: ${runFolder(id)} has no readable run.json`);
  if (found.length + damaged.length === 0) return [noRunsYet];
  return [...(found.length > 0 ? table([columns, ...found.map((run) => row(run, states))]) : []), ...damaged];
}

/** How runs are that have not ended, by their ids. */
type States = ReadonlyMap<string, string>;

/** Asks the clusters of those runs that have not ended; none where all have. */
const lookAtClusters = (found: RunRecord[], states: Map<string, string>): Step[] => {
  const open = found.filter((run) => !run.finishedAt && run.exitCode === undefined);
  if (open.length === 0) return [];
  return [
    {
      title: 'Query runs that have not ended',
      observes: true,
      run: async (context) => {
        for (const [id, state] of Object.entries(await statesOf(context, open))) states.set(id, state);
      },
    },
  ];
};

/** `killed`, `ended`, `failed`; of a run that has not ended what its cluster says, `unknown` where it says nothing. */
function stateOf(run: RunRecord, states: States): string {
  if (run.killedAt) return 'killed';
  if (run.exitCode !== undefined) return 'ended';
  return run.finishedAt ? 'failed' : (states.get(run.id) ?? 'unknown');
}

const columns = ['RUN', 'PROFILE', 'CLUSTER', 'SUBMITTED', 'STATE', 'RESULT'];

function row(run: RunRecord, states: States): string[] {
  const state = stateOf(run, states);
  return [
    run.id,
    run.profile,
    clusterOf(run),
    run.startedAt.slice(0, 19).replace('T', ' '),
    state === 'ended' ? `exit code ${run.exitCode}` : state,
    run.cause ?? shownResults(run.results),
  ];
}

const damagedProblems = (id: string, force: boolean): string[] =>
  force ? [] : [`run "${id}": cannot read run.json, so the run may be active; add --force to remove it`];

/** Removes a run's folder, unless the run continues. */
const removal = (id: string, force: boolean): Step => ({
  title: `Delete the folder of run ${id}`,
  run: async (context, out) => {
    const run = findNamedRun(id);
    if (run && !run.finishedAt) await verifyEnded(context, run, force);
    const folder = runFolder(run?.id ?? id);
    await context.remove(folder);
    out.line(folder);
  },
});

async function verifyEnded(context: Context, run: RunRecord, force: boolean): Promise<void> {
  const found = await findRunCluster(context, run);
  if (found.state === 'silent' && !force)
    throw new Failure(`unknown whether ${run.id} is still running: ${found.why}`, {
      hint: `delete the folder anyway: firesteel runs remove ${run.id} --force`,
    });
  if (found.state !== 'there') return;
  const driver = await getDriver(kubeOf(context, run), run);
  if (driver && !isEnded(driver))
    throw new Failure(`${run.id} is still running`, { hint: `kill it first: firesteel kill ${run.id}` });
}
