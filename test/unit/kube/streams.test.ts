import { expect, test } from 'vitest';
import { splitLines } from '../../../tasks/core/lines.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { whatHolds } from '../../../tasks/kube/waiting.ts';
import { catchUp } from '../../../tasks/kube/watch.ts';

test('a stream gives the same lines, whatever its pieces', async () => {
  const text = 'one\n\ntw\u00f6\r\xff\nlong'.padEnd(5_000_000, 'g');
  const bytes = Buffer.from(text, 'latin1');
  for (const size of [1_000, 65_536, bytes.length]) {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const lines: string[] = [];
    for await (const line of splitLines(pieces())) lines.push(line.toString('latin1'));
    expect(lines).toEqual(['one\n', '\n', 'tw\u00f6\r\xff\n', text.slice(text.indexOf('long'))]);
  }
});

const object = (name: string, uid: string, resourceVersion: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid, resourceVersion, namespace: 'some' },
});

test('a list after a gap reports every change in a possible order', () => {
  const known = new Map<string, Manifest>();
  const changes = (...items: Manifest[]) =>
    catchUp(known, items).map(({ type, object: { metadata } }) => `${type} ${metadata.name} ${metadata.uid}`);
  expect(changes(object('kept', '1', '1'), object('changed', '2', '1'), object('gone', '3', '1'))).toHaveLength(3);
  expect(changes(object('kept', '1', '1'), object('changed', '2', '5'), object('new', '9', '6'))).toEqual([
    'DELETED gone 3',
    'MODIFIED changed 2',
    'ADDED new 9',
  ]);
  expect(changes(object('kept', '1', '1'), object('changed', '7', '8'))).toEqual([
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
])('what holds an object is named: %#', (live, text) => expect(whatHolds(live)).toBe(text));
