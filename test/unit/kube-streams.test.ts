import { expect, test } from 'vitest';
import type { Resumer } from '../../tasks/lib/kube-logs.ts';
import { createResumer, splitTimestamp } from '../../tasks/lib/kube-logs.ts';
import { whatHolds } from '../../tasks/lib/kube-removal.ts';
import { catchUp } from '../../tasks/lib/kube-watch.ts';
import { splitLines } from '../../tasks/lib/lines.ts';
import type { LogPlace, Manifest } from '../../tasks/lib/types.ts';

test.each([
  ['1970-01-01T00:00:01Z text', 1_000_000_000n, 'text'],
  ['1970-01-01T00:00:01.5Z two words', 1_500_000_000n, 'two words'],
  ['1970-01-01T02:00:00.000000007+02:00 x', 7n, 'x'],
  ['1970-01-01T00:00:01Z ', 1_000_000_000n, ''],
  ['1970-01-01T00:00:01Z', 1_000_000_000n, ''],
])('%s is its time and its text', (line, nanoseconds, text) =>
  expect(splitTimestamp(Buffer.from(line))).toEqual({ nanoseconds, text: Buffer.from(text) }),
);

test('a line without a time is passed on as it is', () => {
  const line = Buffer.from('failed to watch file');
  expect(splitTimestamp(line)).toBeUndefined();
  expect(createResumer().take(line)).toBe(line);
});

const taken = (resumer: Resumer, lines: string[]) =>
  lines.map((line) => resumer.take(Buffer.from(line, 'latin1'))?.toString('latin1'));

test('a clock that is set back loses no line', () => {
  const resumer = createResumer();
  const lines = ['1970-01-01T00:00:09Z a', '1970-01-01T00:00:01Z b', '1970-01-01T00:00:02Z c'];
  expect(taken(resumer, lines)).toEqual(['a', 'b', 'c']);
});

test('reading goes on from a place that was kept, in whatever bytes', () => {
  const first = createResumer();
  taken(first, ['1970-01-01T00:00:08Z a\n', '1970-01-01T00:00:09.5Z \xff\r\n', '1970-01-01T00:00:09.5Z \xff\r\n']);
  const place = first.place();
  expect(place).toEqual({ nanoseconds: '9500000000', lines: 2 });
  const second = createResumer(JSON.parse(JSON.stringify(place)) as LogPlace);
  second.restart();
  expect(second.since()).toBe('1970-01-01T00:00:09.000Z');
  // A long line's end comes without the time of its start, if that is too old.
  const again = ['end of a\n', '1970-01-01T00:00:09.1Z x\n', ...Array(3).fill('1970-01-01T00:00:09.5Z \xff\r\n')];
  expect(taken(second, [...again, '1970-01-01T00:00:09.6Z \x80'])).toEqual([
    ...[undefined, undefined, undefined, undefined],
    '\xff\r\n',
    '\x80',
  ]);
});

test('a stream is its lines, however it comes in pieces', async () => {
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
