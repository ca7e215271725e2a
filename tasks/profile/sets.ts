// Parses `--set a.b=c` into a key and a value.
import { meantNames, nearest } from '../core/nearest.ts';
import { isSecret } from '../core/secret-names.ts';
import { readYaml } from '../core/yaml.ts';
import { isOpenMap, isText, type KeyPath, keyRows, keySchemaAt, keysAt, shownPath } from './keys.ts';
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
  if (equals < 1) return { problem: `${label}: expected key=value, as in local.nodes=3` };
  const path = pathOf(key);
  const schema = keySchemaAt(path);
  if (!schema || path.some((part) => part === '' || part === '__proto__'))
    return { problem: `${label}: ${unknown(path)}` };
  if (schema.type === 'object') return { problem: `${label}: is a map: set one of its keys, as in ${example(path)}` };
  const source = text.slice(equals + 1);
  // A text is taken as it stands, unless it is in quotes: 4.30 stays 4.30, and `-Da=b: c` is not a map.
  if (isText(path) && !/^(".*"|'.*')$/s.test(source)) return { path, value: source, label };
  const yaml = readYaml(source);
  const [problem] = yaml.problems;
  if (problem) return { problem: `${label}: ${problem.message}` };
  return { path, value: yaml.value ?? null, label };
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
  const meant = elsewhere(path.join('.'));
  if (meant.length > 0) return `unknown key${meantNames(meant)}`;
  for (let length = 1; length <= path.length; length++) {
    const part = path.slice(0, length);
    if (keySchemaAt(part)) continue;
    const parent = part.slice(0, -1);
    const meant = nearest(part.at(-1) ?? '', keysAt(parent));
    if (meant) return `unknown key; did you mean "${shownPath([...parent, meant, ...path.slice(length)])}"?`;
    return `${shownPath(part)}: ${unknownKey(part).message}`;
  }
  return 'unknown key';
}

/** Where a key stands that was written by its last part alone, or as spark-submit has it. */
function elsewhere(key: string): string[] {
  const property = /^(?:conf\.|sparkConf\.)?(spark\..+)$/.exec(key)?.[1];
  const [, group = ''] = property?.split('.') ?? [];
  if (property && nearest(group, keysAt(['spark'])) === undefined) return [`spark.conf.${property}`];
  const endings = [`.${key}`, `cluster${key.charAt(0).toUpperCase()}${key.slice(1)}`];
  const ends = keyRows()
    .map((row) => row.key)
    .filter((known) => !known.includes('NAME') && endings.some((ending) => known.endsWith(ending)));
  return ends.length <= 4 ? ends : [];
}
