// Looks up keys in a schema: their names, types and meanings.
import { profileJsonSchema } from './schema.ts';

/** What a key takes: the part of JSON Schema that our schemas use. */
export interface KeySchema {
  type?: string | string[];
  enum?: string[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  /** The keys of a map; absent in a map that is open. */
  properties?: Record<string, KeySchema>;
  /** What every value of an open map takes. */
  additionalProperties?: KeySchema | false;
  items?: KeySchema;
}

let ofProfiles: KeySchema | undefined;

/** The whole of a profile. */
function profileKeys(): KeySchema {
  ofProfiles ??= profileJsonSchema() as KeySchema;
  return ofProfiles;
}

/** Keys, and indexes of lists, from the top of a file down. */
export type KeyPath = readonly PropertyKey[];

/** What the key at `path` takes; undefined if there is no such key. */
export function keySchemaAt(path: KeyPath, root = profileKeys()): KeySchema | undefined {
  let schema: KeySchema | undefined = root;
  for (const key of path) schema = schema && below(schema, key);
  return schema;
}

function below(schema: KeySchema, key: PropertyKey): KeySchema | undefined {
  if (typeof key === 'number') return schema.items;
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[String(key)];
  return schema.additionalProperties || undefined;
}

/** The keys that may stand in the map at `path`; none for an open map and for what is not a map. */
export const keysAt = (path: KeyPath, root = profileKeys()): string[] =>
  Object.keys(keySchemaAt(path, root)?.properties ?? {});

/** Whether the map at `path` takes any key, as spark.conf does. */
export const isOpenMap = (path: KeyPath): boolean => Boolean(keySchemaAt(path)?.additionalProperties);

/** Whether the value at `path` is a text. */
export const isText = (path: KeyPath): boolean => [keySchemaAt(path)?.type].flat().includes('string');

/** Whether the value at `path` is a text that may be written as a bare number. */
export const isBareText = (path: KeyPath, root = profileKeys()): boolean =>
  Array.isArray(keySchemaAt(path, root)?.type);

/** A path as people write it: `spark.conf.spark.executor.memory`, `dns.upstream[0]`. */
export const shownPath = (path: KeyPath): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');

let allKeys: readonly string[] | undefined;

/** Where keys stand that end with one of these: `local.nodes` and others for `.nodes`; none if there are many. */
export function keysEnding(endings: readonly string[]): string[] {
  allKeys ??= keyRows().map(({ key }) => key);
  const found = allKeys.filter((key) => !key.includes('NAME') && endings.some((ending) => key.endsWith(ending)));
  return found.length <= 4 ? found : [];
}

/** One row of the README's table of keys. */
export interface KeyRow {
  key: string;
  /** As YAML would have it; empty if the key has no default. */
  default: string;
  meaning: string;
}

/** Every key that takes a value, in the schema's order; NAME stands for those of an open map. */
export function keyRows(root = profileKeys(), path: string[] = []): KeyRow[] {
  return keysAt(path, root).flatMap((key) => {
    const here = [...path, key];
    const schema = keySchemaAt(here, root);
    if (schema?.properties) return keyRows(root, here);
    const each = schema?.additionalProperties || undefined;
    return [
      {
        key: shownPath(here),
        default: schema?.default === undefined ? '' : JSON.stringify(schema.default).replace(/^"(.*)"$/, '$1'),
        meaning: schema?.description ?? '',
      },
      ...(each?.properties ? keyRows(each).map((row) => ({ ...row, key: `${shownPath(here)}.NAME.${row.key}` })) : []),
    ];
  });
}
