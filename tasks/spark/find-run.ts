// Which run a word means, and what to say where it means none.
import { Failure } from '../lib/failure.ts';
import { didYouMean } from '../lib/nearest.ts';
import type { RunRecord } from './run-folder.ts';
import { readRuns } from './run-folder.ts';

/** The run of that id, or the newest whose id begins so; without a word the newest of all. Failure if there is none. */
export function neededRun(word = ''): RunRecord {
  const runs = readRuns();
  const run = runs.find(({ id }) => id === word) ?? runs.find(({ id }) => id.startsWith(word));
  if (run) return run;
  if (!word) throw new Failure('there are no runs yet', { hint: 'make one: firesteel submit pi' });
  const near = didYouMean(
    word,
    runs.map(({ id }) => id),
  );
  throw new Failure(`run "${word}": not found${near}`, { hint: 'see which there are: firesteel runs' });
}
