// A profile in the making: the values of the file, and answers with their sources.
import { didYouMean } from '../core/nearest.ts';
import { type KeyPath, keySchemaAt, shownPath } from '../profile/keys.ts';
import { type ProfileProblem, valueIn } from '../profile/problems.ts';
import { checkProfile, isMap, put, type Tree } from '../profile/read.ts';
import { clusterKinds, type Profile } from '../profile/schema.ts';
import { readSet } from '../profile/sets.ts';
import type { Offer, Question } from '../steps/setup.ts';

export type Source = 'flag' | 'answer' | 'file' | 'detected' | 'default';

export interface Answer {
  path: KeyPath;
  value: unknown;
  source: Source;
  /** Where it was seen, or why it fits. */
  why?: string;
}

export interface Draft {
  /** The profile's name. */
  name: string;
  offer: Offer;
  /** What the file that exists has. */
  base: Tree;
  /** By the key as people write it. */
  answers: Map<string, Answer>;
  /** How many people the class list has; undefined without a class. */
  students?: number;
}

/** The path of a question's key. */
export const pathOf = ({ key }: Pick<Question, 'key'>): string[] => key.split('.');

/** Keeps an answer. `undefined` takes one back; said by a person of a key without a default, it is the answer "none". */
export function answer({ answers }: Draft, given: Answer): void {
  const key = shownPath(given.path);
  const isNone = (given.source === 'answer' || given.source === 'flag') && canBeEmpty(given.path);
  if (given.value === undefined && !isNone) answers.delete(key);
  else answers.set(key, given);
}

/** Whether a key may have no value at all. */
export const canBeEmpty = (path: KeyPath): boolean => keySchemaAt(path)?.default === undefined;

/** The keys of the profile so far; defaults are left out. */
export function treeOf({ base, answers, offer }: Draft, more: readonly Pick<Answer, 'path' | 'value'>[] = []): Tree {
  const tree = withoutOtherKinds(structuredClone(base), String(offer.values['cluster']));
  for (const [key, value] of Object.entries(offer.values)) {
    const path = key.split('.');
    if (!isAlike(offer, key, valueIn(tree, path))) put(tree, path, value);
  }
  for (const { path, value } of [...answers.values(), ...more]) put(tree, path, value);
  return tree;
}

/** A block of another kind is an error in a profile. */
function withoutOtherKinds(tree: Tree, kind: string): Tree {
  for (const other of otherKinds(kind)) delete tree[other];
  return tree;
}

/** The blocks that do not belong to this kind of cluster. */
export const otherKinds = (kind: string): string[] => clusterKinds.filter((other) => other !== kind);

/** The profile so far, and what is wrong with it. */
export const checkDraft = (
  draft: Draft,
  more: readonly Pick<Answer, 'path' | 'value'>[] = [],
): { profile: Profile; problems: ProfileProblem[] } => checkProfile(treeOf(draft, more), draft.name);

/** What a question's value is now, and why. */
export function valueFor(draft: Draft, question: Question, profile: Profile): Omit<Answer, 'path'> {
  const path = pathOf(question);
  const given = draft.answers.get(question.key);
  if (given) return given;
  const inFile = valueIn(draft.base, path);
  if (inFile !== undefined) return { value: inFile, source: 'file' };
  return { value: valueIn(profile, path), source: 'default' };
}

/** Reads what was typed for a question; no text takes the value back. */
export function readAnswer({ key, isList, meaning }: Question, text: string): { value: unknown } | { problem: string } {
  const trimmed = (meaning?.(text.trim()) ?? text).trim();
  if (trimmed === '') return { value: undefined };
  if (isList) return { value: trimmed.split(',').map((part) => part.trim()) };
  const read = readSet(`${key}=${trimmed}`);
  if ('problem' in read) return { problem: read.problem.replace(/^--set [^ ]*: /, '') };
  return { value: read.value };
}

/** What is wrong with a value for a question; undefined if nothing is. */
export function problemOf(draft: Draft, question: Question, value: unknown): string | undefined {
  if (value === undefined) return question.isRequired ? 'a value is needed' : undefined;
  const path = pathOf(question);
  const { profile, problems } = checkDraft(draft, [{ path, value }]);
  const own = problems.find((problem) => path.every((key, i) => problem.path[i] === key));
  if (own) return own.message;
  const line = question.problems?.(profile).find((one) => one.startsWith(question.key));
  return line?.slice(question.key.length).replace(/^[: ]+/, '');
}

/** What is wrong with a typed text. */
export function textProblem(draft: Draft, question: Question, text: string): string | undefined {
  const read = readAnswer(question, text);
  return 'problem' in read ? read.problem : problemOf(draft, question, read.value);
}

/** Whether another value of a key makes the same offer. */
export const isAlike = ({ alike }: Offer, key: string, value: unknown): boolean =>
  alike?.[key]?.some((one) => one === value) ?? false;

/** The offer that a profile's keys fit best; undefined if none has its kind. */
export function offerFor(tree: Tree, offers: readonly Offer[]): Offer | undefined {
  const orDefault = (key: string, value: unknown) => value ?? keySchemaAt(key.split('.'))?.default;
  const cluster = orDefault('cluster', tree['cluster']);
  const fits = (offer: Offer) =>
    Object.entries(offer.values).filter(([key, value]) => {
      const now = orDefault(key, valueIn(tree, key.split('.')));
      return now === orDefault(key, value) || isAlike(offer, key, now);
    }).length;
  const lacks = (offer: Offer) => Object.keys(offer.values).length - fits(offer);
  return offers
    .filter(({ values }) => values['cluster'] === cluster)
    .sort((a, b) => lacks(a) - lacks(b) || fits(b) - fits(a))[0];
}

/** The offer of that name, or what is wrong with the name. */
export function offerNamed(name: string, offers: readonly Offer[]): Offer | { problem: string } {
  const names = offers.map((offer) => offer.name);
  const found = offers.find((offer) => offer.name === name);
  if (!found) return { problem: `expected one of ${names.join(', ')}, got "${name}"${didYouMean(name, names)}` };
  return found.fit === 'impossible' ? { problem: `${name} is not possible here: ${found.reason}` } : found;
}

/** Every value below a map, with its path. */
export function leavesOf(tree: Tree, path: readonly string[] = []): { path: string[]; value: unknown }[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isMap(value) && Object.keys(value).length > 0 ? leavesOf(value, [...path, key]) : [{ path: [...path, key], value }],
  );
}
