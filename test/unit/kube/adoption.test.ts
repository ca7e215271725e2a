// Fields that creates and patches have set become those of an apply.
import { expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import { adoptFields, adoption } from '../../../tasks/kube/adoption.ts';
import type { Manifest, PatchOperation } from '../../../tasks/kube/types.ts';

const entry = (manager: string, operation: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsV1,
  ...more,
});

const objectWith = (...managedFields: object[]): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'part', managedFields },
});

const created = entry('firesteel', 'Update', { 'f:data': { '.': {}, 'f:one': {} } });
const applied = entry('firesteel', 'Apply', { 'f:data': { 'f:two': {} }, 'f:immutable': {} });
const status = entry('firesteel', 'Update', { 'f:status': {} }, { subresource: 'status' });
const other = entry('kubectl', 'Update', { 'f:data': { 'f:three': {} } });

test.each([
  ['nothing', []],
  ['an apply', [applied]],
  ['the create of another', [other]],
  ['a change of the status', [status, applied]],
])('after %s there is nothing to adopt', (_, entries) => expect(adoption(objectWith(...entries))).toEqual([]));

test('a create becomes an apply', () =>
  expect(adoption(objectWith(other, created))).toEqual([
    { op: 'test', path: '/metadata/managedFields/1', value: created },
    { op: 'replace', path: '/metadata/managedFields/1', value: { ...created, operation: 'Apply' } },
  ]));

test('what was created, patched and applied has one owner afterwards', () => {
  const patched = entry('firesteel', 'Update', { 'f:data': {} }, { apiVersion: 'v1beta1' });
  const operations = adoption(objectWith(created, other, applied, patched));
  expect(operations.slice(0, 3).map(({ op, path }) => [op, path])).toEqual(
    [0, 2, 3].map((index) => ['test', `/metadata/managedFields/${index}`]),
  );
  expect(operations.slice(3)).toEqual([
    {
      op: 'replace',
      path: '/metadata/managedFields/0',
      value: {
        ...created,
        operation: 'Apply',
        fieldsV1: { 'f:data': { '.': {}, 'f:one': {}, 'f:two': {} }, 'f:immutable': {} },
      },
    },
    { op: 'remove', path: '/metadata/managedFields/3' },
    { op: 'remove', path: '/metadata/managedFields/2' },
  ]);
});

const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'part' };

/** An object whose first patches are refused with this status. */
function changing(httpStatus: number, refusals: number) {
  const sent: PatchOperation[][] = [];
  return {
    sent,
    get: async () => objectWith(created),
    patch: async (_: unknown, operations: PatchOperation[]) => {
      sent.push(operations);
      if (sent.length <= refusals) throw new Failure('refused', { cause: { httpStatus } });
      return objectWith();
    },
  };
}

test('an object that changes in between is read again', async () => {
  const kube = changing(422, 2);
  await adoptFields(kube, ref);
  expect(kube.sent).toHaveLength(3);
});

test.each([
  [422, 3, 3],
  [403, 1, 1],
])('after status %i, %i times, it gives up', async (httpStatus, refusals, count) => {
  const kube = changing(httpStatus, refusals);
  await expect(adoptFields(kube, ref)).rejects.toThrow('refused');
  expect(kube.sent).toHaveLength(count);
});
