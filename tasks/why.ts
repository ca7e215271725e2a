// Says why a run does not go on or ended badly: cause and cure in one line each, also when its cluster is gone.
import { Failure } from './lib/failure.ts';
import type { Context, Task } from './lib/types.ts';
import type { RunEvidence } from './spark/causes/evidence.ts';
import { keptEvidence, liveEvidence } from './spark/causes/evidence.ts';
import { diagnoseRun } from './spark/causes/run-diagnosis.ts';
import { usualCourse } from './spark/causes/usual-course.ts';
import { neededRun } from './spark/run/find-run.ts';
import type { RunRecord } from './spark/run/run-folder.ts';
import { readRun, runFolder } from './spark/run/run-folder.ts';

export const why: Task = {
  asIs: true,
  withoutTools: true,
  steps: (_profile, _cluster, [word]) => [
    {
      title: 'Look at the run',
      run: async ({ profile, state }, out) => {
        const run = neededRun(word);
        if (!run.finishedAt && run.profile !== profile.name)
          throw new Failure(`run ${run.id} belongs to profile ${run.profile}`, {
            hint: `ask with that: firesteel why ${run.id} --profile ${run.profile}`,
          });
        state.run = { id: run.id, folder: runFolder(run.id) };
        out.line(`${run.id}, ${run.job}, submitted ${run.startedAt.slice(0, 19).replace('T', ' ')}`);
      },
    },
  ],
  done: async (context) => {
    const run = context.state.run && readRun(context.state.run.folder);
    return run ? reasons(await evidenceOf(context, run)) : [];
  },
};

/** From the cluster while the run goes on; from its folder when it has ended or nobody answers. */
async function evidenceOf({ kube }: Context, run: RunRecord): Promise<RunEvidence> {
  const kept = keptEvidence(runFolder(run.id), run);
  if (run.finishedAt) return kept;
  return liveEvidence(kube, kept).catch(() => kept);
}

function reasons(evidence: RunEvidence): string[] {
  const found = diagnoseRun(evidence);
  const unseen = !evidence.isLive && !evidence.run.finishedAt;
  return [
    ...(unseen ? ['(the cluster does not answer: this is what was kept)'] : []),
    ...(found.length > 0
      ? found.flatMap(({ cause, cure }) => [`✖ ${cause}`, `→ ${cure}`])
      : [`nothing is wrong: ${usualCourse(evidence)}`]),
  ];
}
