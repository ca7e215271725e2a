// Parses `--set a.b=c` into a key and a value.
import { nearest } from '../core/nearest.ts';
import { isSecret } from '../core/secret-names.ts';
import { readYaml } from '../core/yaml.ts';
import { isOpenMap, isText, type KeyPath, keySchemaAt, keysAt, shownPath } from './keys.ts';
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

const example = (path: readonly string[]): string =>
  `${shownPath(isOpenMap(path) ? [...path, 'spark.executor.memory'] : [...path, keysAt(path)[0] ?? ''])}=...`;

function unknown(path: readonly string[]): string {
  const property = /^(?:conf\.)?(spark\.[^.]+\..+)$/.exec(path.join('.'))?.[1];
  if (property && !keySchemaAt(path.slice(0, 2))) return `unknown key; did you mean "spark.conf.${property}"?`;
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
