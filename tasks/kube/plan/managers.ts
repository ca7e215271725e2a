// Finds who set a field of an object, from its managedFields.
import type { Manifest } from '../types.ts';

/** A key of a map, the keys of a list's item, or the place of one in a list that is one value. */
export type FieldPart = string | Record<string, unknown> | number;

/** Owner of the fields that we apply. */
export const fieldManager = 'firesteel';

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isSameKey = (one: Record<string, unknown>, other: Record<string, unknown>): boolean =>
  Object.keys(other).length === Object.keys(one).length &&
  Object.entries(one).every(([key, value]) => other[key] === value);

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/: `f:name`, `k:{"name":"driver"}`. */
function below(fields: Record<string, unknown>, part: FieldPart): unknown {
  if (typeof part === 'string') return fields[`f:${part}`];
  if (typeof part === 'number') return fields[`i:${part}`];
  const key = Object.keys(fields).find(
    (one) => one.startsWith('k:') && isSameKey(part, JSON.parse(one.slice(2)) as Record<string, unknown>),
  );
  return key === undefined ? undefined : fields[key];
}

/** Whether a set of fields has this one; who owns a value owns all that is in it. */
function owns(fields: unknown, path: readonly FieldPart[]): boolean {
  let node = fields;
  for (const part of path) {
    if (!isMap(node)) return false;
    if (Object.keys(node).length === 0) return true;
    node = below(node, part);
  }
  return node !== undefined;
}

/** The manager, other than firesteel, that set the field last; undefined if there is none. */
export function otherOwner({ metadata }: Manifest, path: readonly FieldPart[]): string | undefined {
  const others = (metadata.managedFields ?? []).filter(
    ({ manager, fieldsV1 }) => manager !== undefined && manager !== fieldManager && owns(fieldsV1, path),
  );
  return others.sort((one, other) => `${other.time}`.localeCompare(`${one.time}`))[0]?.manager;
}
