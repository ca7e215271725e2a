// Reads answers from flags and files, and finds wrong or missing ones.
import { usageFailure } from '../core/failure.ts';
import { readYaml } from '../core/yaml.ts';
import { shownPath } from '../profile/keys.ts';
import { takePlainScalars } from '../profile/plain-scalars.ts';
import { isMap, readProfile, type Tree } from '../profile/read.ts';
import { readSet } from '../profile/sets.ts';
import type { Question } from '../steps/setup.ts';
import { lookAtRoster, troubleText } from './class-list.ts';
import {
  answer,
  checkDraft,
  type Draft,
  isAlike,
  leavesOf,
  otherKinds,
  pathOf,
  problemOf,
  readAnswer,
  valueFor,
} from './draft.ts';
import { applies, isOfCluster, kindsWith, openQuestions, questionFlags, questionsFor } from './questions.ts';

/** Flags by their names without dashes; in camel case, as the command line has them. */
export type GivenFlags = Readonly<Record<string, string | undefined>>;

/** `machine-type` is machineType. */
const camelCase = (flag: string): string => flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** What was given for a flag. */
const givenFor = (flags: GivenFlags, flag: string): string | undefined => flags[camelCase(flag)];

/** The keys of a profile's file. Throws one usage Failure with every problem of it and its place. */
export async function readTree(option: string, text: string): Promise<Tree> {
  await readProfile(option, []);
  const yaml = readYaml(text);
  if (!isMap(yaml.value)) return {};
  takePlainScalars(yaml.value, yaml);
  return yaml.value;
}

/** Takes over every key of a profile that answers: its own kind of cluster does not. */
export function takeFile(draft: Draft, tree: Tree): void {
  const { offer } = draft;
  const others = otherKinds(String(offer.values['cluster']));
  for (const { path, value } of leavesOf(tree)) {
    const key = shownPath(path);
    const isTaken = key in offer.values ? isAlike(offer, key, value) : !others.includes(String(path[0]));
    if (isTaken) answer(draft, { path, value, source: 'file' });
  }
}

/** Takes every `--set`. Throws one usage Failure with all that is wrong. */
export function takeSets(draft: Draft, sets: readonly string[]): void {
  const problems: string[] = [];
  for (const set of sets) {
    const read = readSet(set);
    if ('problem' in read) {
      problems.push(read.problem);
      continue;
    }
    const { path, value, label } = read;
    const found = checkDraft(draft, [{ path, value }]).problems.filter((one) =>
      path.every((key, i) => one.path[i] === key),
    );
    problems.push(...found.map(({ message }) => `${label}: ${message}`));
    if (found.length === 0) answer(draft, { path, value, source: 'flag' });
  }
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
}

/** Flags that this kind of cluster does not have, a line each. */
export function foreignFlags({ offer }: Pick<Draft, 'offer'>, flags: GivenFlags): string[] {
  const kind = String(offer.values['cluster']);
  return questionFlags()
    .filter((flag) => givenFor(flags, flag) !== undefined && !kindsWith(flag).some((one) => one === kind))
    .map((flag) => `--${flag} is for ${kindsWith(flag).join(', ')}, not for ${offer.name}`);
}

/** Takes the flags in the order of the questions; what is wrong with each is returned by its name. */
export async function takeFlags(draft: Draft, flags: GivenFlags): Promise<Map<string, string>> {
  const bad = new Map<string, string>();
  for (const question of questionsFor(checkDraft(draft).profile.cluster)) {
    const text = givenFor(flags, question.flag);
    if (text === undefined) continue;
    const read = readAnswer(question, text);
    const problem = 'problem' in read ? read.problem : problemOf(draft, question, read.value);
    if (problem !== undefined) bad.set(question.flag, problem);
    else if ('value' in read) answer(draft, { path: pathOf(question), value: read.value, source: 'flag' });
  }
  return new Map([...bad, ...(await badRoster(draft))]);
}

/** What is wrong with the class list, wherever it was named. */
async function badRoster(draft: Draft): Promise<[string, string][]> {
  const { classroom } = checkDraft(draft).profile;
  const look = classroom.roster === undefined ? undefined : await lookAtRoster(classroom);
  return look && 'flag' in look ? [[look.flag, troubleText(look)]] : [];
}

/** What was given by a flag or by `--set`, and has no effect on this profile. */
function idleQuestions(draft: Draft, flags: GivenFlags): { question: Question; given: string }[] {
  const { profile } = checkDraft(draft);
  return questionsFor(profile.cluster)
    .filter((question) => !applies(question, profile))
    .flatMap((question) => {
      if (givenFor(flags, question.flag) !== undefined) return { question, given: `--${question.flag}` };
      const isSet = isOfCluster(question, draft.offer) && draft.answers.get(question.key)?.source === 'flag';
      return isSet ? { question, given: `--set ${question.key}` } : [];
    });
}

/** Flags that have no effect on this profile, a line each. */
export function idleFlags(draft: Draft, flags: GivenFlags): string[] {
  const isClass = checkDraft(draft).profile.classroom.roster !== undefined;
  return idleQuestions(draft, flags).map(({ question, given }) =>
    question.key.startsWith('classroom.') && !isClass
      ? `${given} is for a class: add --roster FILE`
      : `${given} does not apply to ${draft.offer.name}`,
  );
}

/** Takes back what has no effect on this profile; returns a line for each flag. */
export function dropIdleFlags(draft: Draft, flags: GivenFlags): string[] {
  const lines = idleFlags(draft, flags);
  for (const { question } of idleQuestions(draft, flags)) draft.answers.delete(question.key);
  return lines;
}

/** Questions that have to be answered and are not, by the names of their flags. */
export function missingFlags(draft: Draft): string[] {
  const { profile } = checkDraft(draft);
  return openQuestions(profile)
    .filter((question) => question.isRequired && valueFor(draft, question, profile).value === undefined)
    .map(({ flag }) => flag);
}
