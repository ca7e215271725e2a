// The file that setup writes: which one, what it has, and a change to another.
import { usageText } from '../core/failure.ts';
import { usualClass } from '../profile/blocks/classroom.ts';
import type { Tree } from '../profile/read.ts';
import { checkDraft } from './draft.ts';
import type { Origins } from './ending.ts';
import { type Place, placeOf, readPlace } from './file.ts';
import { readTree } from './given.ts';
import type { Prompter } from './prompter.ts';
import type { Interview } from './proposals.ts';

/** A draft and the file that it will be. */
export interface Started {
  interview: Interview;
  place: Place;
  /** The present file; undefined if there is none. */
  before: string | undefined;
  origins: Origins;
  /** Flags that become questions, with the reasons. */
  bad: Map<string, string>;
}

interface File {
  place: Place;
  text: string | undefined;
  tree: Tree | undefined;
}

/** The file of that name or path. Throws a usage Failure for a file that is no profile. */
export async function fileAt(nameOrPath: string): Promise<File> {
  const place = placeOf(nameOrPath);
  const text = await readPlace(place);
  return { place, text, tree: text === undefined ? undefined : await readTree(place.path, text) };
}

/** Writes to this file from now on: what it has counts, and what another file had does not. */
function takeFileAs(started: Started, { place, text, tree }: File): void {
  Object.assign(started, { place, before: text });
  Object.assign(started.interview.draft, { name: place.name, base: tree ?? {} });
}

/** Names the file that nobody has named: as its class, or as its kind of cluster. Asks where that file is no profile. */
export async function settlePlace(started: Started): Promise<void> {
  const { interview, origins } = started;
  if (origins.name !== 'default') return;
  const { draft, prompter } = interview;
  const { roster, name } = checkDraft(draft).profile.classroom;
  const kind = draft.offer.name;
  const usual = roster === undefined ? `my-${kind}` : name === usualClass ? `class-${kind}` : name;
  try {
    takeFileAs(started, await fileAt(usual));
  } catch (error) {
    if (!prompter) throw error;
    interview.say(usageText(error));
    await changePlace(started, prompter);
  }
}

/** Asks for another file. */
export async function changePlace(started: Started, prompter: Prompter): Promise<void> {
  const { draft } = started.interview;
  const name = await prompter.type({
    message: 'Name of the profile, or a path that ends in .yaml',
    byDefault: started.place.option,
    problem: (text) =>
      checkDraft({ ...draft, name: placeOf(text).name }).problems.find(({ path }) => path[0] === 'clusterName')
        ?.message,
    problemLater: (text) => fileAt(text).then(() => undefined, usageText),
  });
  takeFileAs(started, await fileAt(name));
  started.origins.name = 'answer';
}
