// Says why a run does not go on or ended badly: cause and cure in one line each, also when its cluster is gone.
import { Failure } from './lib/failure.ts';
import { didYouMean } from './lib/nearest.ts';
import type { Context, Task } from './lib/types.ts';
import type { RunEvidence } from './spark/evidence.ts';
import { keptEvidence, liveEvidence } from './spark/evidence.ts';
import { diagnoseRun } from './spark/run-diagnosis.ts';
import type { RunRecord } from './spark/run-folder.ts';
import { readRuns, runFolder } from './spark/run-folder.ts';
import { usualCourse } from './spark/usual-course.ts';

export const why: Task = {
  asIs: true,
  withoutTools: true,
  problems: (profile, [word]) => {
    const run = findRun(word);
    return run && !run.finishedAt && run.profile !== profile.name
      ? [`run ${run.id} belongs to profile ${run.profile}: add --profile ${run.profile}`]
      : [];
  },
  steps: (_profile, _cluster, [word]) => [
    {
      title: 'Look at the run',
      run: async ({ state }, out) => {
        const run = findRun(word);
        if (!run) throw unknownRun(word);
        state.run = { id: run.id, folder: runFolder(run.id) };
        out.line(`${run.id}, ${run.job}, submitted ${run.startedAt.slice(0, 19).replace('T', ' ')}`);
      },
    },
  ],
  done: async (context) => {
    const run = findRun(context.state.run?.id);
    return run ? reasons(await evidenceOf(context, run)) : [];
  },
};

const unknownRun = (word: string | undefined): Failure =>
  word
    ? new Failure(
        `run "${word}": not found${didYouMean(
          word,
          readRuns().map(({ id }) => id),
        )}`,
        { hint: 'see which there are: firesteel runs' },
      )
    : new Failure('there are no runs yet', { hint: 'make one: firesteel submit pi' });

/** The run of that id, or the newest whose id begins so; without a word the newest of all. */
function findRun(word = ''): RunRecord | undefined {
  const runs = readRuns();
  return runs.find(({ id }) => id === word) ?? runs.find(({ id }) => id.startsWith(word));
}

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
