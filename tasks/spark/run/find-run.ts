// Which run a word means, and what to say where it means none.
import { Failure } from '../../lib/failure.ts';
import { didYouMean } from '../../lib/nearest.ts';
import type { Profile } from '../../lib/schema.ts';
import type { RunRecord } from './run-folder.ts';
import { damagedRuns, readRuns, runFolder } from './run-folder.ts';

/** The run of that id, or the newest whose id begins so; without a word the newest of all. Failure if there is none. */
export function neededRun(word = ''): RunRecord {
  const run = findRun(word);
  if (run) return run;
  if (!word) throw new Failure('there are no runs yet', { hint: 'make one: firesteel submit pi' });
  throw new Failure(notFound(word), { hint: 'see which there are: firesteel runs' });
}

/** The same, undefined if there is none. */
export function findRun(word = ''): RunRecord | undefined {
  const runs = readRuns();
  return runs.find(({ id }) => id === word) ?? runs.find(({ id }) => id.startsWith(word));
}

function notFound(word: string): string {
  if (damagedRuns().includes(word)) return `run "${word}": run.json cannot be read; its logs are in ${runFolder(word)}`;
  const ids = readRuns().map(({ id }) => id);
  return `run "${word}": not found${didYouMean(word, ids)}`;
}

/** What keeps a word from meaning a run that can be looked at with this profile; one that has ended always can. */
export function runProblems(profile: Profile, word = ''): string[] {
  const run = findRun(word);
  if (!run) return [word ? notFound(word) : 'there are no runs yet'];
  return run.finishedAt ? [] : otherProfile(profile, run);
}

const otherProfile = (profile: Profile, run: RunRecord): string[] =>
  run.profile === profile.name ? [] : [`run ${run.id} belongs to profile ${run.profile}: add --profile ${run.profile}`];

/** The runs a word can mean; a whole id or Spark's own `namespace:driver-pod` means one. */
function meant(word: string): RunRecord[] {
  const runs = readRuns();
  const exact = runs.filter(({ id, namespace, driverPod }) => [id, `${namespace}:${driverPod}`].includes(word));
  return exact.length > 0 ? exact : runs.filter(({ id }) => id.startsWith(word));
}

/** The only run of that id, or whose id begins so; undefined where none or several do. */
export function findNamedRun(word = ''): RunRecord | undefined {
  const [run, ...others] = word ? meant(word) : [];
  return others.length === 0 ? run : undefined;
}

/** What keeps a word from naming one run of this profile, for verbs that must not take the wrong one. */
export function namedRunProblems(profile: Profile, word = ''): string[] {
  if (!word) return ['no run is named; firesteel runs lists them'];
  const runs = meant(word);
  const run = findNamedRun(word);
  if (run) return otherProfile(profile, run);
  if (runs.length > 0) return [`run "${word}" can be any of ${runs.map(({ id }) => id).join(', ')}`];
  return [notFound(word)];
}
