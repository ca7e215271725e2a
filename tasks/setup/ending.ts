// Prints the end of setup: every value with its source, and the next commands.
import { isDeepStrictEqual } from 'node:util';
import { shown } from '../core/exec.ts';
import { shownPath } from '../profile/keys.ts';
import type { Profile } from '../profile/schema.ts';
import { readSet } from '../profile/sets.ts';
import { type Answer, checkDraft, type Draft, type Source, valueFor } from './draft.ts';
import type { Place } from './file.ts';
import { shownText } from './interview.ts';
import type { ValueRow } from './layout.ts';
import { openQuestions, questionsFor } from './questions.ts';

const sourceText = ({ source, why }: Pick<Answer, 'source' | 'why'>): string => (why ? `${source}: ${why}` : source);

/** Keys that no question asks, such as those of `--set`. */
function otherAnswers({ answers }: Draft, profile: Profile): Answer[] {
  const asked = questionsFor(profile.cluster).map(({ key }) => key);
  return [...answers.values()].filter(({ path }) => !asked.includes(shownPath(path)));
}

/** Where kind and place of a profile come from. */
export interface Origins {
  kind: Source;
  name: Source;
}

/** Every value with its source. */
export function valueRows(draft: Draft, place: Place, origins: Origins, proposed: string | undefined): ValueRow[] {
  const { profile } = checkDraft(draft);
  const why = origins.kind === 'detected' && proposed === draft.offer.name ? `: ${draft.offer.reason}` : '';
  return [
    { label: 'Cluster', value: draft.offer.name, source: `${origins.kind}${why}` },
    { label: 'Profile', value: place.path, source: origins.name },
    ...openQuestions(profile).map((question) => {
      const value = valueFor(draft, question, profile);
      return { label: question.title, value: shownText(value.value) || '-', source: sourceText(value) };
    }),
    ...otherAnswers(draft, profile).map((one) => ({
      label: shownPath(one.path),
      value: shownText(one.value),
      source: sourceText(one),
    })),
  ];
}

/** What a program reads of the values. */
export function valueFacts(draft: Draft): Record<string, { value: unknown; source: Source }> {
  const { profile } = checkDraft(draft);
  const asked = openQuestions(profile).map((question) => [question.key, valueFor(draft, question, profile)] as const);
  const others = otherAnswers(draft, profile).map((one) => [shownPath(one.path), one] as const);
  return Object.fromEntries([...asked, ...others].map(([key, { value, source }]) => [key, { value, source }]));
}

/** A value as `--set` reads it: JSON where the plain text would be read as another value. */
function setText(key: string, value: unknown): string {
  const plain = `${key}=${shownText(value)}`;
  const read = readSet(plain);
  return 'value' in read && isDeepStrictEqual(read.value, value) ? plain : `${key}=${JSON.stringify(value)}`;
}

/** The one command that does all of this again without a question. */
export function repeatCommand(draft: Draft, given: { name: string; answersFile: string | undefined }): string {
  const { profile } = checkDraft(draft);
  const flags = openQuestions(profile).flatMap((question) => {
    const { value, source } = valueFor(draft, question, profile);
    if (source === 'default' || (source === 'file' && given.answersFile !== undefined)) return [];
    return [`--${question.flag}`, shownText(value)];
  });
  const sets = otherAnswers(draft, profile)
    .filter(({ source }) => source === 'flag')
    .flatMap(({ path, value }) => ['--set', setText(shownPath(path), value)]);
  return shown([
    ...['firesteel', 'setup', '--kind', draft.offer.name, '--name', given.name],
    ...(given.answersFile === undefined ? [] : ['--answers', given.answersFile]),
    ...flags,
    ...sets,
    '--yes',
  ]);
}

/** The commands that come next, a line each. */
export function nextCommands({ option }: Place, profile: Profile, isDeployed: boolean): string[] {
  const forProfile = ['--profile', option];
  const commands = [
    ...(isDeployed ? [] : [['deploy']]),
    ...(profile.classroom.roster === undefined
      ? [['submit', 'pi']]
      : [
          ['classroom', 'plan'],
          ['classroom', 'apply'],
        ]),
    ['status'],
  ];
  return commands.map((words) => shown(['firesteel', ...words, ...forProfile]));
}
