import { expect, test } from 'vitest';
import { createResumer, splitTimestamp } from '../../tasks/lib/kube-logs.ts';
import { whatHolds } from '../../tasks/lib/kube-removal.ts';
import { catchUp } from '../../tasks/lib/kube-watch.ts';
import type { Manifest } from '../../tasks/lib/types.ts';

test.each([
  ['1970-01-01T00:00:01Z text', 1_000_000_000n, 'text'],
  ['1970-01-01T00:00:01.5Z two words', 1_500_000_000n, 'two words'],
  ['1970-01-01T02:00:00.000000007+02:00 x', 7n, 'x'],
  ['1970-01-01T00:00:01Z ', 1_000_000_000n, ''],
  ['1970-01-01T00:00:01Z', 1_000_000_000n, ''],
])('%s is its time and its text', (line, nanoseconds, text) =>
  expect(splitTimestamp(line)).toEqual({ nanoseconds, text }),
);

test('a line without a time is passed on as it is', () => {
  expect(splitTimestamp('failed to watch file')).toBeUndefined();
  expect(createResumer().take('failed to watch file')).toBe('failed to watch file');
});

test('a clock that is set back loses no line', () => {
  const resumer = createResumer();
  const lines = ['1970-01-01T00:00:09Z a', '1970-01-01T00:00:01Z b', '1970-01-01T00:00:02Z c'];
  expect(lines.map((line) => resumer.take(line))).toEqual(['a', 'b', 'c']);
});

const object = (name: string, uid: string, resourceVersion: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid, resourceVersion, namespace: 'some' },
});

test('a list after a gap tells everything that happened, in an order that makes sense', () => {
  const known = new Map<string, Manifest>();
  const told = (...items: Manifest[]) =>
    catchUp(known, items).map(({ type, object: { metadata } }) => `${type} ${metadata.name} ${metadata.uid}`);
  expect(told(object('kept', '1', '1'), object('changed', '2', '1'), object('gone', '3', '1'))).toHaveLength(3);
  expect(told(object('kept', '1', '1'), object('changed', '2', '5'), object('new', '9', '6'))).toEqual([
    'DELETED gone 3',
    'MODIFIED changed 2',
    'ADDED new 9',
  ]);
  expect(told(object('kept', '1', '1'), object('changed', '7', '8'))).toEqual([
    'DELETED changed 2',
    'DELETED new 9',
    'ADDED changed 7',
  ]);
});

const leaving = (more: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  ...more,
  metadata: { name: 'a', deletionTimestamp: 'now', ...(more as { metadata?: object }).metadata },
});

test.each([
  [leaving({ metadata: { finalizers: ['example.com/keep'] } }), 'held by finalizer example.com/keep'],
  [leaving({ spec: { finalizers: ['kubernetes'] } }), 'held by finalizer kubernetes'],
  [
    leaving({
      spec: { finalizers: ['kubernetes'] },
      status: {
        conditions: [
          { type: 'NamespaceContentRemaining', status: 'True', message: 'Some resources remain: pods. has 2' },
          { type: 'NamespaceFinalizersRemaining', status: 'False', message: 'none' },
        ],
      },
    }),
    'Some resources remain: pods. has 2',
  ],
  [leaving({ status: { phase: 'Running' } }), 'still Running'],
])('what holds an object is told: %#', (live, text) => expect(whatHolds(live)).toBe(text));
