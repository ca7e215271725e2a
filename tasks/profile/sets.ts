// Parses `--set a.b=c` into a key and a value.
import { meantNames, nearest } from '../core/nearest.ts';
import { isSecret } from '../core/secret-names.ts';
import { readYaml } from '../core/yaml.ts';
import { isOpenMap, isText, type KeyPath, keySchemaAt, keysAt, keysEnding, shownPath } from './keys.ts';
import { unknownKey } from './problems.ts';

/** One `--set`, read. */
export interface SetValue {
  path: KeyPath;
  value: unknown;
  /** As named in messages; values of secrets are left out. */
  label: string;
}

/** Reads one `--set`; returns the value, or a line that says what is wrong with it. */
export function readSet(text: string): SetValue | { problem: string } {
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  const label = `--set ${isSecret(key, text.slice(key.length + 1)) ? `${key}=…` : text}`;
  if (equals < 1) return { problem: `${label}: expected key=value, ${pairFor(text)}` };
  const path = pathOf(key);
  const schema = keySchemaAt(path);
  if (!schema || path.some((part) => part === '' || part === '__proto__'))
    return { problem: `${label}: ${unknown(path)}` };
  if (schema.type === 'object') return { problem: `${label}: is a map: set one of its keys, as in ${example(path)}` };
  const source = text.slice(equals + 1);
  const other = second(source, path);
  if (other) return { problem: `${label}: each key takes its own --set: write --set ${other} as well` };
  // A text is taken as it stands, unless it is in quotes: 4.30 stays 4.30, and `-Da=b: c` is not a map.
  if (isText(path) && !/^(".*"|'.*')$/s.test(source)) return { path, value: source, label };
  const yaml = readYaml(source);
  const [problem] = yaml.problems;
  if (problem) return { problem: `${label}: ${problem.message}` };
  return { path, value: yaml.value ?? null, label };
}

/** What a text without `=` was meant as: `key: value`, or a key alone. */
function pairFor(text: string): string {
  const [, key = '', value = 'VALUE'] = /^([\w.-]+)\s*(?::\s*(.+))?$/s.exec(text) ?? [];
  const schema = key === '' ? undefined : keySchemaAt(pathOf(key));
  return schema && schema.type !== 'object' ? `as in ${key}=${value}` : 'as in local.nodes=3';
}

/** A further `key=value` behind a comma or blank, as Helm takes them. A property may hold such pairs of short names. */
function second(source: string, path: KeyPath): string | undefined {
  const isProperty = isOpenMap(path.slice(0, -1));
  const found = [...source.matchAll(/[,\s]\s*([A-Za-z][\w.]*)=/g)].find(([, key = '']) => {
    const type = keySchemaAt(pathOf(key))?.type;
    return type !== undefined && type !== 'object' && (!isProperty || key.startsWith('spark.conf.'));
  });
  return found && source.slice(found.index).replace(/^[,\s]+/, '');
}

/** Splits at dots; what stands below an open map is one key, dots and all. */
function pathOf(key: string): string[] {
  const parts = key.split('.');
  const path: string[] = [];
  while (parts.length > 0) {
    if (isOpenMap(path)) return [...path, parts.join('.')];
    path.push(parts.shift() ?? '');
  }
  return path;
}

/** A key below a map, down to one that takes a value. */
function example(path: readonly string[]): string {
  if (keySchemaAt(path)?.type !== 'object') return `${shownPath(path)}=...`;
  const property = shownPath(path) === 'spark.conf' ? 'spark.executor.memory' : 'NAME';
  return example([...path, isOpenMap(path) ? property : (keysAt(path)[0] ?? '')]);
}

function unknown(path: readonly string[]): string {
  const key = path.join('.');
  if (key === 'profile') return 'unknown key: choose a profile with --profile';
  const meant = elsewhere(key);
  if (meant.length > 0) return `unknown key${meantNames(meant)}`;
  const plain = key.split(/[^\w-]+/).filter(Boolean);
  const known = isKey(plain) ? plain : corrected(path);
  if (known && shownPath(known) !== key) return `unknown key${meantNames([shownPath(known)])}`;
  const bad = path.findIndex((_, i) => !keySchemaAt(path.slice(0, i + 1)));
  if (bad < 0) return 'unknown key';
  const part = path.slice(0, bad + 1);
  return `${shownPath(part) || '""'}: ${unknownKey(part).message}`;
}

const isKey = (path: readonly string[]): boolean => path.length > 0 && keySchemaAt(path) !== undefined;

/** The path with the nearest key in the place of each that is unknown. */
function corrected(path: readonly string[]): string[] | undefined {
  const found: string[] = [];
  for (const [i, part] of path.entries()) {
    if (isOpenMap(found)) return [...found, path.slice(i).join('.')];
    const key = keySchemaAt([...found, part]) ? part : nearest(part, keysAt(found));
    if (key === undefined) return undefined;
    found.push(key);
  }
  return isKey(found) ? found : undefined;
}

/** Where a key stands that was written by its last part alone, or as spark-submit has it. */
function elsewhere(key: string): string[] {
  const property = /^(?:conf\.|sparkConf\.)?(spark\..+)$/.exec(key)?.[1];
  const [, group = ''] = property?.split('.') ?? [];
  if (property && nearest(group, keysAt(['spark'])) === undefined) return [`spark.conf.${property}`];
  return keysEnding([`.${key}`, `cluster${key.charAt(0).toUpperCase()}${key.slice(1)}`]);
}
