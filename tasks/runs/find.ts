// Finds the run that a word means, and reports no match or several.
import { Failure, usageFailure } from '../core/failure.ts';
import { didYouMean } from '../core/nearest.ts';
import { listed } from '../core/screen/listed.ts';
import type { Profile } from '../profile/schema.ts';
import type { RunRecord } from '../record/run-folder.ts';
import { damagedRuns, readRuns, runFolder } from '../record/run-folder.ts';
import { placeProblems } from './whereabouts.ts';

/** The run that a word means; without a word the newest of all. A usage Failure if there is none, or several. */
export function neededRun(word = ''): RunRecord {
  const run = findRun(word);
  if (run) return run;
  if (!word) throw new Failure(noRuns, { hint: startOne });
  throw usageFailure(whyNone(word));
}

/** The same, undefined if there is none, or several. */
export function findRun(word = ''): RunRecord | undefined {
  const [run, ...others] = word ? meant(word) : readRuns().slice(0, 1);
  return others.length === 0 ? run : undefined;
}

/** The run of that very id, or of Spark's own name for it, for verbs that must not take the wrong one. */
export const findNamedRun = (word = ''): RunRecord | undefined => named(word)[0];

const named = (word: string): RunRecord[] =>
  readRuns().filter(({ id, namespace, driverPod }) => [id, `${namespace}:${driverPod}`].includes(word));

/** The runs a word can mean: the one that is called so, else all whose ids begin so. */
function meant(word: string): RunRecord[] {
  const exact = named(word);
  return exact.length > 0 ? exact : readRuns().filter(({ id }) => id.startsWith(word));
}

const noRuns = 'no runs yet';
const startOne = 'start one: firesteel submit pi';
const listThem = 'list runs: firesteel runs';

/** What is said where no run was submitted from this machine. */
export const noRunsYet = `${noRuns}; ${startOne}`;

function whyNone(word: string): string {
  if (damagedRuns().includes(word)) return `run "${word}": cannot read run.json; its logs are in ${runFolder(word)}`;
  const runs = meant(word);
  if (runs.length > 0)
    return `run "${word}" matches several runs: ${listed(
      runs.map(({ id }) => id),
      mostListed,
    )}`;
  const ids = readRuns().map(({ id }) => id);
  return `run "${word}": not found${didYouMean(word, ids) || `; ${listThem}`}`;
}

const mostListed = 8;

/** What keeps a word from meaning one run that can be looked at. */
export function runProblems(profile: Profile, word = ''): string[] {
  const run = findRun(word);
  if (run) return placeProblems(profile, run);
  return [word ? whyNone(word) : noRunsYet];
}

/** What keeps a word from being the whole id of one run. */
export function namedRunProblems(profile: Profile, word = ''): string[] {
  const run = findNamedRun(word);
  if (run) return placeProblems(profile, run);
  const [first, ...others] = meant(word);
  return [first && others.length === 0 ? `run "${word}": expected the whole id, ${first.id}` : whyNone(word)];
}
