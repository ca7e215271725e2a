// Reads a profile: defaults, then the file, then each `--set`; reports every problem at once, with its place.
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usageFailure } from '../core/failure.ts';
import { didYouMean, meantNames } from '../core/nearest.ts';
import { projectPath, withHome } from '../core/paths.ts';
import { readTypedYaml } from '../core/yaml.ts';
import { type KeyPath, shownPath } from './keys.ts';
import { takePlainScalars } from './plain-scalars.ts';
import { type ProfileProblem, schemaProblems, shownValue, valueIn } from './problems.ts';
import { foreignBlocks, ruleProblems } from './rules.ts';
import { type Profile, profileSchema } from './schema.ts';
import { readSet, type SetValue } from './sets.ts';

/** A profile's keys as in its file. */
export type Tree = Record<string, unknown>;

const mostBytes = 1024 * 1024;

/** Problems that one message names. */
const mostLines = 50;

/** Whether it is the path of a profile, and not the name of one that comes with firesteel. */
export const isProfilePath = (text: string): boolean => /\.ya?ml$/.test(text);

/** `class` of `profiles/class.yaml`. */
export const profileNameOf = (path: string): string => basename(path).replace(/\.ya?ml$/, '');

/** The names of the profiles that come with firesteel, sorted. */
export async function profileNames(): Promise<string[]> {
  const files = await readdir(projectPath('profiles'));
  return files.flatMap((file) => (file.endsWith('.yaml') ? [basename(file, '.yaml')] : [])).sort();
}

/**
 * Reads profiles/NAME.yaml, or the file at a path that ends in .yaml or .yml, and puts `sets` (`a.b=c`) over it.
 * Throws one usage Failure with a line for every problem: `file:line:column: key: what is wrong`.
 */
export async function readProfile(nameOrPath: string, sets: readonly string[]): Promise<Profile> {
  const { label, text, name } = await readText(nameOrPath);
  const yaml = readTypedYaml(text);
  const tree = yaml.value ?? {};
  if (!isMap(tree)) throw usageFailure(`${label}:1:1: expected a map of keys, got ${shownValue(tree)}`);
  if ('apiVersion' in tree)
    throw usageFailure(
      `${label}: is a Kubernetes manifest, not a profile`,
      'see the keys of a profile: profiles/README.md',
    );
  takePlainScalars(tree, yaml);
  const inFile = Object.keys(tree);
  const given: SetValue[] = [];
  const setProblems: string[] = [];
  for (const set of sets) {
    const read = readSet(set);
    if ('problem' in read) setProblems.push(read.problem);
    else if (put(tree, read.path, read.value)) given.push(read);
  }
  const setOf = (path: KeyPath) =>
    given.findLast((set) => set.path.every((key, i) => key === path[i])) ??
    given.findLast((set) => !inFile.includes(String(path[0])) && set.path[0] === path[0]);
  const sourceAt = (path: KeyPath) => (setOf(path) ? undefined : yaml.sourceAt(path));
  const { profile, problems } = checkProfile(tree, name, sourceAt);
  const fileProblems = [...yaml.problems];
  for (const { path, at, message } of problems) {
    const set = setOf(path);
    const keyed = `${shownPath(path)}: ${message}`;
    if (set) setProblems.push(`${set.label}: ${set.path.length < path.length ? keyed : message}`);
    else fileProblems.push({ ...(at === 'key' ? yaml.keyAt(path) : yaml.valueAt(path)), message: keyed });
  }
  fileProblems.sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = fileProblems.map(({ line, column, message }) => `${label}:${line}:${column}: ${message}`);
  const all = [...lines, ...setProblems];
  const more = all.length > mostLines ? [`and ${all.length - mostLines} more`] : [];
  if (all.length > 0) throw usageFailure([...all.slice(0, mostLines), ...more].join('\n'));
  return profile;
}

async function readText(given: string): Promise<{ label: string; text: string; name: string }> {
  // A shell leaves ~ in --profile=~/a.yaml and in quotes.
  const nameOrPath = withHome(given);
  const isPath = isProfilePath(nameOrPath);
  if (!isPath) {
    const names = await profileNames();
    if (!names.includes(nameOrPath))
      throw usageFailure(
        `profile ${shownValue(nameOrPath)} not found${meantProfile(nameOrPath, names)}`,
        `choose one of ${names.join(', ')}, or a path that ends in .yaml`,
      );
  }
  const path = isPath ? nameOrPath : projectPath('profiles', `${nameOrPath}.yaml`);
  const label = isPath ? nameOrPath : join('profiles', `${nameOrPath}.yaml`);
  const about = await stat(path).catch(() => undefined);
  if (!about) {
    const shipped = (await profileNames()).filter((name) => name === profileNameOf(path));
    throw usageFailure(`${label}: no such file${shipped.length > 0 ? `; did you mean --profile ${shipped[0]}?` : ''}`);
  }
  if (!about.isFile()) throw usageFailure(`${label}: not a file`);
  if (about.size > mostBytes) throw usageFailure(`${label}:1:1: expected at most 1 MB, got ${about.size} bytes`);
  const bytes = await readFile(path);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { label, text, name: profileNameOf(path) };
  } catch {
    throw usageFailure(`${label}:1:1: expected UTF-8 text`);
  }
}

/** `; did you mean "kind"?`: a file of that name here, names that begin with the word, or the nearest name. */
function meantProfile(word: string, names: readonly string[]): string {
  const file = [`${word}.yaml`, `${word}.yml`].find((path) => word !== '' && existsSync(path));
  const longer = word === '' ? [] : names.filter((name) => name.startsWith(`${word.toLowerCase()}-`));
  return meantNames(file ? [file] : longer) || didYouMean(word, names);
}

/** Whether a value has keys. */
export const isMap = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts a value into the tree; false if something other than a map is in its way, which is its own problem. */
export function put(tree: Tree, path: KeyPath, value: unknown): boolean {
  let map = tree;
  for (const key of path.slice(0, -1).map(String)) {
    const next = Object.hasOwn(map, key) ? map[key] : {};
    if (!isMap(next)) return false;
    map[key] = next;
    map = next;
  }
  map[String(path.at(-1))] = value;
  return true;
}

/** The profile of a tree and all that is wrong with it; what is wrong counts as not given. */
export function checkProfile(
  tree: Tree,
  name: string,
  sourceAt: (path: KeyPath) => string | undefined = () => undefined,
): { profile: Profile; problems: ProfileProblem[] } {
  const named = (profile: ReturnType<typeof profileSchema.parse>): Profile => ({
    ...profile,
    name,
    clusterName: profile.clusterName ?? name,
    namesSpark: isMap(tree['spark']) && ['version', 'home', 'archive'].some((key) => key in (tree['spark'] as Tree)),
  });
  const parsed = profileSchema.safeParse(tree);
  const problems = parsed.success ? [] : schemaProblems(parsed.error.issues, tree, sourceAt);
  const profile = named(parsed.success ? parsed.data : parseRest(without(tree, problems)));
  if (!problems.some(({ path }) => path[0] === 'cluster'))
    problems.push(...foreignBlocks(Object.keys(tree), profile.cluster));
  problems.push(...ruleProblems(profile));
  return { profile, problems };
}

/** Parses what is left of a tree. A map that lost a key it must have is left out too. */
function parseRest(tree: Tree): ReturnType<typeof profileSchema.parse> {
  const parsed = profileSchema.safeParse(tree);
  if (parsed.success) return parsed.data;
  if (parsed.error.issues.some(({ path }) => path.length < 2)) throw parsed.error;
  return parseRest(
    without(
      tree,
      parsed.error.issues.map(({ path }) => ({ path: path.slice(0, -1) })),
    ),
  );
}

/** A copy of the tree without the values that are wrong. */
function without(tree: Tree, problems: Pick<ProfileProblem, 'path'>[]): Tree {
  const copy = structuredClone(tree);
  for (const { path } of problems) {
    // Of a list all goes: what is left of it would mean something else.
    const list = path.findIndex((key) => typeof key === 'number');
    const keys = list < 0 ? path : path.slice(0, list);
    const map = valueIn(copy, keys.slice(0, -1));
    if (isMap(map)) delete map[String(keys.at(-1))];
  }
  return copy;
}
