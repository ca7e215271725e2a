// Lists the fields of an object that a change would touch, with old and new value.
import { changedLines } from '../../core/plan/lines.ts';
import type { FieldChange } from '../../core/plan/types.ts';
import { hidden, hiddenLine, isSecret } from '../../core/secret-names.ts';
import { appliedAnnotation, keysOfList } from '../compare.ts';
import type { Manifest } from '../types.ts';
import { type FieldPart, otherOwner } from './managers.ts';

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Difference {
  path: FieldPart[];
  old: unknown;
  next: unknown;
}

/** Such as `spec.containers[name=driver].image`, and `metadata.annotations["a.b/c"]`. */
const shownPath = (path: readonly FieldPart[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (typeof part === 'object') return `${text}[${Object.entries(part)[0]?.join('=')}]`;
    return /^[\w-]+$/.test(part) ? `${text}${text ? '.' : ''}${part}` : `${text}["${part}"]`;
  }, '');

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function differences(old: unknown, next: unknown, path: FieldPart[] = []): Difference[] {
  if (isMap(old) && isMap(next))
    return [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((key) =>
      differences(old[key], next[key], [...path, key]),
    );
  if (Array.isArray(old) && Array.isArray(next)) return listDifferences(old, next, path);
  return isSame(old, next) ? [] : [{ path, old, next }];
}

function listDifferences(old: unknown[], next: unknown[], path: FieldPart[]): Difference[] {
  const keys = keysOfList(shownPath(path));
  if (keys && [...old, ...next].every(isMap)) {
    const keyOf = (item: Record<string, unknown>) =>
      Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));
    const byKey = (items: unknown[]) =>
      new Map((items as Record<string, unknown>[]).map((item) => [JSON.stringify(keyOf(item)), item]));
    const [before, after] = [byKey(old), byKey(next)];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
      differences(before.get(key), after.get(key), [...path, JSON.parse(key) as Record<string, unknown>]),
    );
  }
  if (old.length !== next.length || ![...old, ...next].every(isMap))
    return isSame(old, next) ? [] : [{ path, old, next }];
  return old.flatMap((item, index) => differences(item, next[index], [...path, index]));
}

/** What the server writes itself. */
const ofServer = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];

/** Without what the server writes itself, and without our stamp, which is a hash of the values. */
function comparable({ status: _, ...object }: Manifest): Record<string, unknown> {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !ofServer.includes(key)));
  const { [appliedAnnotation]: __, ...annotations } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...metadata, annotations } };
}

/** Whether the field is a Secret's data or a note about it, or holds a secret by its name and value. */
function isHidden(kind: string, { path, old, next }: Difference): boolean {
  const [first, second] = path;
  if (kind === 'Secret' && first !== 'metadata' && first !== 'type') return true;
  // Such as kubectl's copy of the whole object.
  if (kind === 'Secret' && second === 'annotations') return true;
  const [item, last] = path.slice(-2);
  const name = last === 'value' && typeof item === 'object' ? `${item['name']}` : `${last}`;
  return [old, next].some((value) => ['string', 'number'].includes(typeof value) && isSecret(name, String(value)));
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.includes('\n');

/** A value without the secrets in it: those of variables and of keys by their names. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.split('\n').map(hiddenLine).join('\n');
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isMap(value)) return value;
  const { name, value: own } = value;
  const isVariable = typeof name === 'string' && typeof own === 'string' && isSecret(name, own);
  const entries = Object.entries(isVariable ? { ...value, value: hidden } : value);
  return Object.fromEntries(
    entries.map(([key, inner]) => [
      key,
      typeof inner === 'string' && isSecret(key, inner) ? hidden : withoutSecrets(inner),
    ]),
  );
}

async function fieldChange(difference: Difference, live: Manifest): Promise<FieldChange> {
  const { path, old, next } = difference;
  const owner = otherOwner(live, path);
  const field = { field: shownPath(path), ...(owner ? { owner } : {}) };
  if (isHidden(live.kind, difference)) return { ...field, hidden: true };
  if (isText(old) || isText(next))
    return {
      ...field,
      lines: await changedLines(old === undefined ? '' : `${old}`, next === undefined ? '' : `${next}`),
    };
  const values = { old: withoutSecrets(old), new: withoutSecrets(next) };
  return { ...field, ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) };
}

/** What would differ, each field with who else set it. */
export async function fieldChanges(live: Manifest, after: Manifest): Promise<FieldChange[]> {
  const found = differences(comparable(live), comparable(after));
  const stamps = [live, after].map(({ metadata }) => metadata.annotations?.[appliedAnnotation]);
  const isOnlyStamp = found.length === 0 && stamps[0] !== stamps[1];
  return isOnlyStamp
    ? [{ field: `metadata.annotations["${appliedAnnotation}"]`, hidden: true }]
    : Promise.all(found.map((difference) => fieldChange(difference, live)));
}
