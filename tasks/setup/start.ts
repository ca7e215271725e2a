// Chooses cluster and file at the start of setup, from flags and files.
import { usageFailure } from '../core/failure.ts';
import { wrapped } from '../core/screen/columns.ts';
import { usualClass } from '../profile/blocks/classroom.ts';
import type { Tree } from '../profile/read.ts';
import type { Offer } from '../steps/setup.ts';
import type { Detection } from './detection.ts';
import { checkDraft, type Draft, offerFor, offerNamed, type Source } from './draft.ts';
import { type Place, placeOf, readPlace } from './file.ts';
import {
  foreignFlags,
  type GivenFlags,
  idleFlags,
  missingFlags,
  readTree,
  takeFile,
  takeFlags,
  takeSets,
} from './given.ts';
import { askForClass, askKind, countStudents } from './interview.ts';
import { fileAt, type Started, settlePlace } from './place.ts';
import type { Prompter } from './prompter.ts';
import { proposeAll } from './proposals.ts';

/** What a run of setup was started with. */
export interface SetupAsked {
  flags: GivenFlags;
  sets: readonly string[];
  yes: boolean;
  dryRun: boolean;
}

/** Whom setup talks to. */
export interface SetupFront {
  /** Undefined without a terminal. */
  prompter: Prompter | undefined;
  say(text: string): void;
  /** Columns of the terminal. */
  width: number;
}

/** Reads everything that is given. Throws one usage Failure for what no question can cure. */
export async function start(
  asked: SetupAsked,
  detection: Detection,
  front: SetupFront,
  signal: AbortSignal,
): Promise<Started> {
  const { flags, sets } = asked;
  const answersFile = flags['answers'];
  const answers = answersFile === undefined ? undefined : await treeAt(answersFile);
  const named = flags['name'] === undefined ? undefined : await fileAt(flags['name']);
  const { offer, source } = await chooseOffer(flags, answers ?? named?.tree, detection, front);
  const file = named ?? (await fileAt(`my-${offer.name}`));
  const draft: Draft = { name: file.place.name, offer, base: file.tree ?? {}, answers: new Map() };
  const errors = foreignFlags(draft, flags);
  if (errors.length > 0) throw usageFailure(errors.join('\n'));
  if (answers) takeFile(draft, answers);
  takeSets(draft, sets);
  const say = (text: string) => front.say(wrapped(text, front.width, 2));
  const started: Started = {
    interview: { draft, detection, prompter: front.prompter, say, signal },
    place: file.place,
    before: file.text,
    origins: { kind: source, name: named ? 'flag' : 'default' },
    bad: await takeFlags(draft, flags),
  };
  for (const flag of ['roster', 'column']) if (started.bad.has(flag)) draft.answers.delete(`classroom.${flag}`);
  await seeAboutClass(started, asked);
  if (!front.prompter) await seeThatNothingLacks(started, flags);
  return started;
}

async function treeAt(option: string): Promise<Tree> {
  const { path } = placeOf(option);
  const text = await readPlace({ path } as Place);
  if (text === undefined)
    throw usageFailure(`--answers ${option}: no such file`, 'name a profile: a path that ends in .yaml');
  return readTree(path, text);
}

/** The kind of cluster: of the flag, of a file, or asked. */
async function chooseOffer(
  flags: GivenFlags,
  tree: Tree | undefined,
  detection: Detection,
  { prompter, say }: SetupFront,
): Promise<{ offer: Offer; source: Source }> {
  const { offers } = detection;
  const given = flags['kind'] === undefined ? undefined : offerNamed(flags['kind'], offers);
  if (given && !('problem' in given)) return { offer: given, source: 'flag' };
  const inFile = tree && !given ? offerFor(tree, offers) : undefined;
  if (inFile) return { offer: inFile, source: 'file' };
  const reason = given?.problem;
  if (!prompter)
    throw usageFailure(
      reason === undefined
        ? `missing: --kind, one of ${offers.map(({ name }) => name).join(', ')}`
        : `--kind: ${reason}`,
      'add the flag, name a profile with --answers FILE, or run firesteel setup on a terminal',
    );
  if (reason) say(`--kind: ${reason}`);
  const name = await askKind(detection, prompter);
  const offer = offers.find((one) => one.name === name);
  if (!offer) throw usageFailure(`--kind: expected one of ${offers.map((one) => one.name).join(', ')}`);
  return { offer, source: name === detection.proposed ? 'detected' : 'answer' };
}

/** Whether the profile is for a class; asks who uses the cluster, and for the class list. */
async function seeAboutClass(started: Started, { flags, yes }: SetupAsked): Promise<void> {
  const { interview, bad, origins } = started;
  const { draft, prompter } = interview;
  const classOf = () => checkDraft(draft).profile.classroom;
  const isOpen = classOf().roster === undefined && !bad.has('roster');
  const who = flags['for'];
  if (who !== undefined && who !== 'me' && who !== 'class') throw usageFailure(`--for ${who}: expected me or class`);
  if (isOpen && who === 'class') bad.set('roster', 'name the class list');
  else if (isOpen && who === undefined && !yes && prompter) await askForClass(interview, prompter);
  else if (!isOpen && !bad.has('roster') && !bad.has('column')) await countStudents(interview);
  const isClass = classOf().roster !== undefined || bad.has('roster');
  if (!isClass || origins.name === 'flag') return;
  // A class that is still to be named names the file: until then, no other file answers.
  if (prompter && !yes && classOf().name === usualClass) draft.base = {};
  else await settlePlace(started);
}

/** Throws one usage Failure that names every flag that is wrong, idle or missing. */
async function seeThatNothingLacks({ interview, bad }: Started, flags: GivenFlags): Promise<void> {
  const { draft } = interview;
  const idle = idleFlags(draft, flags);
  await proposeAll(interview);
  const missing = missingFlags(draft).filter((flag) => !bad.has(flag));
  const lines = [
    ...[...bad].map(([flag, reason]) => `--${flag}: ${reason}`),
    ...idle.filter((line) => ![...bad.keys()].some((flag) => line.startsWith(`--${flag} `))),
    ...(missing.length > 0 ? [`missing: ${missing.map((flag) => `--${flag}`).join(', ')}`] : []),
    ...checkDraft(draft).problems.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`),
  ];
  if (lines.length > 0)
    throw usageFailure(
      lines.join('\n'),
      'correct these settings, or run firesteel setup on a terminal to answer questions',
    );
}
