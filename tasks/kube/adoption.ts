// Makes the fields that a create or a patch has set those of an apply: the server keeps the owners of the two apart.
import { httpStatusOf } from './failure.ts';
import { fieldManager } from './plan/managers.ts';
import type { Kube, Manifest, PatchOperation, Ref } from './types.ts';

/** An object that others change at the same time may need more than one attempt. */
const attempts = 3;

/**
 * Without it, an apply conflicts with the fields that a create of ours has set, and leaves those in place that it no longer
 * has. As `UpgradeManagedFields` in https://pkg.go.dev/k8s.io/client-go/util/csaupgrade.
 */
export async function adoptFields({ get, patch }: Pick<Kube, 'get' | 'patch'>, ref: Ref): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await get(ref);
    const operations = live ? adoption(live) : [];
    if (operations.length === 0) return;
    try {
      await patch(ref, operations);
      return;
    } catch (error) {
      // A `test` that does not hold: someone has changed an owner.
      if (httpStatusOf(error) !== 422 || attempt === attempts) throw error;
    }
  }
}

/** Joins all that firesteel owns to what its applies own; no operation if that is so already. */
export function adoption({ metadata }: Manifest): PatchOperation[] {
  const path = (index: number) => `/metadata/managedFields/${index}`;
  const own = (metadata.managedFields ?? [])
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => entry.manager === fieldManager && !entry.subresource);
  const [first, ...others] = own;
  if (!first || own.every(({ entry }) => entry.operation === 'Apply')) return [];
  const fieldsV1 = own.map(({ entry }) => entry.fieldsV1 as FieldSet).reduce(union);
  return [
    ...own.map(({ entry, index }) => ({ op: 'test' as const, path: path(index), value: entry })),
    { op: 'replace', path: path(first.index), value: { ...first.entry, operation: 'Apply', fieldsV1 } },
    // From the end: a removal moves what comes after.
    ...others.reverse().map(({ index }) => ({ op: 'remove' as const, path: path(index) })),
  ];
}

/** `fieldsV1` of an owner: fields by their keys, and in each the fields in it. One without any is owned whole. */
interface FieldSet {
  [key: string]: FieldSet;
}

const isWhole = (fields: FieldSet): boolean => Object.keys(fields).length === 0;

/** A field that is owned whole, beside one of which parts are owned: `.` stands for the field itself. */
const withItself = (fields: FieldSet): FieldSet => (isWhole(fields) ? { '.': {} } : fields);

function union(one: FieldSet, other: FieldSet): FieldSet {
  const joined = { ...one };
  for (const [key, fields] of Object.entries(other)) {
    const before = joined[key];
    joined[key] =
      before === undefined || (isWhole(before) && isWhole(fields))
        ? fields
        : union(withItself(before), withItself(fields));
  }
  return joined;
}
