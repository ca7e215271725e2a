// Writes a problem of a profile or job in one line: expected, given and probably meant value.
import { didYouMean, meantNames } from '../core/nearest.ts';
import { sizeForm } from './blocks/shapes.ts';
import { type KeyPath, type KeySchema, keySchemaAt, keysAt, keysEnding, shownPath } from './keys.ts';

/** Something wrong with a profile or a job. */
export interface ProfileProblem {
  path: KeyPath;
  /** Whether the key itself is the problem, or its value. */
  at: 'key' | 'value';
  message: string;
}

/** The part of a schema issue that is used. */
interface Issue {
  code?: string | undefined;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  /** What is wrong with a key of an open map. */
  issues?: { message: string }[];
}

/** A value in a few words; texts in quotes and shortened. */
export function shownValue(value: unknown, source?: string): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  return source ?? String(value);
}

/** The value at a path of a tree of maps and lists. */
export function valueIn(tree: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    tree,
  );
}

/**
 * Turns what the schema found into problems, one for each key. `sourceAt` gives a scalar as it was written; `root` is the
 * schema's JSON Schema, a profile's if left out.
 */
export function schemaProblems(
  issues: readonly Issue[],
  tree: unknown,
  sourceAt: (path: KeyPath) => string | undefined,
  root?: KeySchema,
): ProfileProblem[] {
  const seen = new Set<string>();
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return (issue.keys ?? []).map((key) => unknownKey([...issue.path, key], root));
    const place = JSON.stringify(issue.path);
    if (seen.has(place)) return [];
    seen.add(place);
    if (issue.code === 'invalid_key') return [badKey(issue)];
    return [badValue(issue, valueIn(tree, issue.path), sourceAt(issue.path), root)];
  });
}

/** The problem of a key that does not exist. */
export function unknownKey(path: KeyPath, root?: KeySchema): ProfileProblem {
  const known = keysAt(path.slice(0, -1), root);
  const meant = didYouMean(String(path.at(-1)), known) || belowConf(path, known) || (root ? '' : inOtherMap(path));
  if (path.at(-1) === '<<') return { path, at: 'key', message: 'merges of YAML are not read: write the keys out' };
  const there = known.length > 0 ? `, expected one of ${known.join(', ')}` : ', the key above has no keys';
  return { path, at: 'key', message: `unknown key${meant || there}` };
}

/** Where a key at the top of a profile belongs, if it stands in the wrong map or without indent. */
const inOtherMap = (path: KeyPath): string =>
  path.length === 1 ? meantNames(keysEnding([`.${String(path[0])}`])) : '';

/** What a key that Spark has says of its place; `known` are the keys beside it. */
function belowConf(path: KeyPath, known: readonly string[]): string {
  if (!/^spark\.\w/.test(shownPath(path)) || !known.some((key) => key === 'conf' || key === 'spark')) return '';
  const conf = known.includes('conf') ? [...path.slice(0, -1), 'conf'] : ['spark', 'conf'];
  return `; properties of Spark stand below ${shownPath(conf)}`;
}

/** A key that stands in a map of any keys, but is of the wrong shape. */
const badKey = ({ path, issues = [] }: Issue): ProfileProblem => ({
  path,
  at: 'key',
  message: `${issues[0]?.message ?? 'expected another key'}, got ${shownValue(path.at(-1))}`,
});

function badValue(issue: Issue, value: unknown, source: string | undefined, root?: KeySchema): ProfileProblem {
  const schema = keySchemaAt(issue.path, root);
  const expected = issue.message.startsWith('expected') ? issue.message : `expected ${described(schema, value)}`;
  const meant = issue.message === sizeForm ? meantSize(value) : meantValue(schema, value, issue.path);
  return { path: issue.path, at: 'value', message: `${expected}, got ${shownValue(value, source)}${meant}` };
}

/** What a value was meant as: a number in quotes, yes for true, a map for a name with dots. */
function meantValue(schema: KeySchema | undefined, value: unknown, path: KeyPath): string {
  const type = [schema?.type].flat()[0];
  if (typeof value === 'string' && schema?.enum) return meantChoice(value, schema.enum, path);
  if (type === 'boolean') return meantBoolean(value);
  if (type === 'integer' && typeof value === 'string' && /^\d+$/.test(value)) return ': omit the quotes';
  if (type === 'object') return meantPair(value);
  return path.at(-2) === 'conf' ? meantProperty(path.at(-1), value) : '';
}

function meantChoice(value: string, choices: readonly string[], path: KeyPath): string {
  const longer = choices.filter((choice) => value.toLowerCase().startsWith(`${choice}-`));
  const meant = meantNames(longer) || didYouMean(value, choices);
  return meant || (shownPath(path) === 'cluster' ? '; for a cluster of another kind, use context' : '');
}

function meantBoolean(value: unknown): string {
  const word = String(value).toLowerCase();
  if (word === 'true' || word === 'false') return typeof value === 'string' ? `: write ${word} without quotes` : '';
  const meant = [
    ['yes', 'y', 'on', '1'],
    ['no', 'n', 'off', '0'],
  ].findIndex((words) => words.includes(word));
  return meant < 0 ? '' : `; did you mean ${meant === 0}?`;
}

/** `; did you mean nodes: 2?` for `nodes 2`, `nodes:2` and `nodes=2`. */
function meantPair(value: unknown): string {
  const [, key, text] =
    /^([A-Za-z][\w.-]*)(?:\s*[:=]\s*|\s+)(\S.*)$/.exec(typeof value === 'string' ? value : '') ?? [];
  return key ? `; did you mean ${key}: ${text}?` : '';
}

/** The name of a property that was written as maps in maps. */
function meantProperty(key: PropertyKey | undefined, value: unknown): string {
  let name = String(key);
  let inner = value;
  while (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
    const [first] = Object.entries(inner);
    if (!first || name.length > 100) return '';
    name += `.${first[0]}`;
    inner = first[1];
  }
  return inner === value ? '' : `: write its whole name in one line, as in ${name}: ${String(inner)}`;
}

/** `; did you mean "512Mi"?` for 512m, 512MB, 512 mib and 512. */
function meantSize(value: unknown): string {
  const [, number, unit = 'm'] = /^0*([1-9]\d*(?:\.\d+)?)\s*([kmgt])?i?b?$/i.exec(String(value)) ?? [];
  return number ? `; did you mean "${number}${unit.toUpperCase()}i"?` : '';
}

function described(schema: KeySchema | undefined, value: unknown): string {
  if (schema?.enum) return schema.enum.length > 2 ? `one of ${schema.enum.join(', ')}` : schema.enum.join(' or ');
  switch ([schema?.type].flat()[0]) {
    case 'integer':
      return (schema?.maximum ?? Number.MAX_SAFE_INTEGER) >= Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${schema?.minimum}`
        : `a whole number from ${schema?.minimum} to ${schema?.maximum}`;
    case 'array':
      return typeof value === 'string' && value !== '' ? `a list, as in [${value}]` : 'a list';
    case 'object':
      return 'a map of keys';
    case 'boolean':
      return 'true or false';
    default:
      if (schema && 'format' in schema) return 'an address such as 192.0.2.1';
      return typeof value === 'number' || typeof value === 'boolean' ? 'a text: put it in quotes' : 'a text';
  }
}
