// why: names cause and cure of a run that is stuck or has failed.
import type { RunRecord } from './record/run-folder.ts';
import { readRun, runFolder } from './record/run-folder.ts';
import { diagnoseRun } from './runs/diagnosis/diagnosis.ts';
import { keptEvidence, liveEvidence } from './runs/diagnosis/evidence.ts';
import { shownProgress } from './runs/diagnosis/progress.ts';
import { neededRun, runProblems } from './runs/find.ts';
import { findRunCluster, kubeOf } from './runs/whereabouts.ts';
import type { Task } from './steps/task.ts';
import type { Context } from './steps/types.ts';

export const why: Task = {
  cluster: 'optional',
  plan: ({ context: { profile }, words: [word] }) => ({
    problems: runProblems(profile, word),
    steps: [
      {
        title: 'Inspect the run',
        run: async ({ state }, out) => {
          const run = neededRun(word);
          state.run = { id: run.id, folder: runFolder(run.id) };
          out.line(`${run.id}, ${run.job}, submitted ${run.startedAt.slice(0, 19).replace('T', ' ')}`);
        },
      },
    ],
    done: async (context) => {
      const run = context.state.run && readRun(context.state.run.folder);
      return run ? reasons(context, run) : [];
    },
  }),
};

/** From the cluster while the run continues; from its folder when it has ended or nobody answers. */
async function reasons(context: Context, run: RunRecord): Promise<string[]> {
  const kept = keptEvidence(runFolder(run.id), run);
  if (run.finishedAt) return shown(kept);
  const found = await findRunCluster(context, run);
  if (found.state === 'gone') return shown(keptEvidence(runFolder(run.id), readRun(runFolder(run.id)) ?? run));
  const unseen = (trouble: string) => [`(${trouble}: from the files kept on this machine)`, ...shown(kept)];
  if (found.state === 'silent') return unseen(found.why);
  return liveEvidence(kubeOf(context, run), kept).then(shown, (error: Error) => unseen(error.message));
}

function shown(evidence: ReturnType<typeof keptEvidence>): string[] {
  const found = diagnoseRun(evidence);
  if (found.length > 0) return found.flatMap(({ cause, cure }) => [`✖ ${cause}`, `→ ${cure}`]);
  const { run, isLive } = evidence;
  return isLive || run.finishedAt
    ? [`nothing is wrong: ${shownProgress(evidence)}`]
    : [`unknown whether it is still running; when last seen: ${shownProgress(evidence)}`];
}
