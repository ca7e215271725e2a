// What of a log's lines is new, over connections that repeat lines and files that follow each other.
import { expect, test } from 'vitest';
import type { Junction, Sieve, SiftedLines } from '../../../../tasks/kube/logs/sieve.ts';
import { createSieve } from '../../../../tasks/kube/logs/sieve.ts';
import { createStampReader, shownStamp, stampOf } from '../../../../tasks/kube/logs/stamps.ts';
import type { LogPlace } from '../../../../tasks/kube/types.ts';

test.each([
  ['1970-01-01T00:00:01Z text', { seconds: 1, nanoseconds: 0 }, 'text'],
  ['1970-01-01T00:00:01.5Z two words', { seconds: 1, nanoseconds: 500_000_000 }, 'two words'],
  ['1970-01-01T02:00:00.000000007+02:00 x', { seconds: 0, nanoseconds: 7 }, 'x'],
  ['1970-01-01T00:00:01Z ', { seconds: 1, nanoseconds: 0 }, ''],
  ['1970-01-01T00:00:01Z', { seconds: 1, nanoseconds: 0 }, ''],
])('%s is its time and its text', (line, stamp, text) => {
  const reader = createStampReader();
  const bytes = Buffer.from(line);
  const at = reader.read(bytes, 0);
  expect(bytes.toString('latin1', at)).toBe(text);
  expect(reader).toMatchObject(stamp);
});

test.each(['failed to watch file', '1970-13-01T00:00:01Z x', '1970-01-01T00:00:01Zx', '1970-01-01 00:00:01Z x', ''])(
  '%j begins with no time',
  (line) => expect(createStampReader().read(Buffer.from(line), 0)).toBe(-1),
);

const second = (number: number) => `1970-01-01T00:00:${String(number).padStart(2, '0')}Z`;
const stamp = (seconds: number) => ({ seconds, nanoseconds: 0 });
const shownJunction = ({ after, before }: Junction) =>
  `<${after ? shownStamp(stampOf(after)) : ''} ${before ? shownStamp(before) : ''}>`.replaceAll(
    /1970-01-01T00:00:|\.000000000Z/g,
    '',
  );

/** What comes of lines, with junctions as `<after before>` in seconds. */
function sifted(found: Iterable<SiftedLines | Junction>): string {
  return [...found].map((one) => ('bytes' in one ? one.bytes.toString('latin1') : shownJunction(one))).join('');
}
const taken = (sieve: Sieve, ...lines: string[]) => sifted(sieve.take(Buffer.from(lines.join(''), 'latin1')));
const line = (number: number, text: string) => `${second(number)} ${text}\n`;

test('times are removed from lines with any bytes, and lines without a time pass unchanged', () => {
  const sieve = createSieve();
  expect(taken(sieve, line(1, 'a'), 'failed to watch file\n', line(2, '\xff\r'))).toBe(
    '< 01>a\nfailed to watch file\n\xff\r\n',
  );
});

test('a clock that is set back loses no line', () => {
  const sieve = createSieve();
  expect(taken(sieve, line(9, 'a'), line(1, 'b'), line(2, 'c'))).toBe('< 09>a\nb\nc\n');
});

const place = (seconds: number, lines = 1): LogPlace => ({ nanoseconds: `${seconds}000000000`, lines });

test('reading continues after the last line that was read, even if several lines have the same time', () => {
  const first = createSieve();
  taken(first, line(8, 'a'), line(9, 'x'), line(9, 'x'));
  expect(first.place()).toEqual(place(9, 2));
  const next = createSieve(JSON.parse(JSON.stringify(first.place())) as LogPlace);
  next.restart();
  // What the other output wrote may come a second late.
  expect(next.since()).toBe('1970-01-01T00:00:08.000Z');
  // A long line's end comes without the time of its start, if that is too old.
  expect(taken(next, 'end of a\n', line(9, 'x'), line(9, 'x'), line(9, 'x'), line(10, 'b'))).toBe('x\nb\n');
});

test('stdout and stderr overtake each other, and each line comes exactly once', () => {
  const sieve = createSieve();
  const lines = ['1970-01-01T00:00:05.2Z out\n', '1970-01-01T00:00:05.1Z err\n'];
  taken(sieve, ...lines);
  sieve.restart();
  expect(taken(sieve, ...lines, '1970-01-01T00:00:05.15Z new\n')).toBe('new\n');
});

test('a file without the last line that was read begins after a junction', () => {
  const sieve = createSieve(place(3));
  sieve.restart();
  expect(sieve.isSearching()).toBe(true);
  expect(taken(sieve, line(4, 'b'), line(5, 'c'))).toBe('<03 04>b\nc\n');
  expect(sieve.isSearching()).toBe(false);
});

test.each([
  ['a pause', false],
  ['the end of the file', true],
])('lines that may be followed by earlier ones are held back until %s', (_, isOver) => {
  const sieve = createSieve(place(3));
  sieve.restart();
  expect(taken(sieve, line(4, 'b'))).toBe('');
  expect(sifted(sieve.settle(isOver))).toBe('<03 04>b\n');
});

test('a newer file begins after a junction, if its first line comes in the same stream', () => {
  const sieve = createSieve();
  taken(sieve, line(1, 'a'));
  sieve.sawHead(stamp(1));
  sieve.sawHead(stamp(5));
  expect(taken(sieve, line(2, 'b'), line(5, 'c'), line(6, 'd'))).toBe('b\n<02 05>c\nd\n');
  sieve.sawHead(stamp(5));
  expect(taken(sieve, line(7, 'e'))).toBe('e\n');
});

test('a newer file whose first line is missing begins after a junction, too', () => {
  const sieve = createSieve();
  taken(sieve, line(1, 'a'));
  sieve.sawHead(stamp(5));
  expect(taken(sieve, line(2, 'b'), line(8, 'd'))).toBe('b\n<02 08>d\n');
});

test('a file that is read again from its beginning gives only its new lines', () => {
  const sieve = createSieve();
  expect(taken(sieve, line(1, 'a'), line(2, 'b'), line(1, 'a'), line(2, 'b'), line(3, 'c'))).toBe('< 01>a\nb\nc\n');
});

test('a file that is read again from the second that was requested gives only its new lines', () => {
  const sieve = createSieve(place(3));
  sieve.restart();
  // Its lines before that second do not come, so its first line never does.
  expect(taken(sieve, line(3, 'c'), line(5, 'e'))).toBe('e\n');
  sieve.sawHead(stamp(1));
  expect(taken(sieve, line(3, 'c'), line(5, 'e'), line(6, 'f'))).toBe('f\n');
});

test('a file that is read again while its first lines are held back gives them once', () => {
  const sieve = createSieve(place(3));
  sieve.restart();
  const [first, second] = ['1970-01-01T00:00:03.5Z a\n', line(4, 'b')];
  expect(taken(sieve, first, second, first, second)).toBe('');
  expect(sifted(sieve.settle(true))).toBe('<03 03.500000000Z>a\nb\n');
});

test('a pause in a file that is read again makes none of its lines new', () => {
  const sieve = createSieve();
  taken(sieve, line(1, 'a'), line(4, 'b'), line(9, 'c'));
  expect(taken(sieve, line(1, 'a'), line(4, 'b'))).toBe('');
  expect(sifted(sieve.settle(false))).toBe('');
  expect(taken(sieve, line(9, 'c'), line(10, 'd'))).toBe('d\n');
});

test('a pause before the last known line comes again makes no line new', () => {
  const sieve = createSieve(place(3));
  sieve.restart();
  expect(taken(sieve, line(2, 'b'))).toBe('');
  expect(sifted(sieve.settle(false))).toBe('');
  expect(taken(sieve, line(3, 'c'), line(4, 'd'))).toBe('d\n');
});

test('a newer file may begin earlier than the one before it ends, as two outputs overtake each other', () => {
  const sieve = createSieve();
  taken(sieve, line(1, 'a'), line(4, 'b'));
  sieve.sawHead(stamp(1));
  sieve.sawHead(stamp(3));
  expect(taken(sieve, line(3, 'c'), line(5, 'd'))).toBe('<04 03>c\nd\n');
  // The kubelet opens that file once more.
  expect(taken(sieve, line(3, 'c'), line(5, 'd'), line(6, 'e'))).toBe('e\n');
});

test('a newer file that is entered behind its first line is known by that line when it comes again', () => {
  const sieve = createSieve();
  taken(sieve, line(1, 'a'));
  sieve.sawHead(stamp(1));
  sieve.sawHead(stamp(5));
  expect(taken(sieve, line(8, 'd'))).toBe('<01 08>d\n');
  expect(taken(sieve, line(5, 'c'), line(8, 'd'), line(9, 'e'))).toBe('e\n');
});

test('a clock that is set back makes no line new that comes again after a cut', () => {
  const sieve = createSieve();
  const lines = [line(9, 'a'), line(20, 'b'), line(5, 'c')];
  taken(sieve, ...lines);
  sieve.restart();
  expect(taken(sieve, ...lines, line(6, 'd'))).toBe('d\n');
});

test('how long a file is that began with lines held back is not known', () => {
  const sieve = createSieve(place(3));
  sieve.restart();
  expect(taken(sieve, line(4, 'b'), line(6, 'c'))).toBe('<03 04>b\nc\n');
  expect(sieve.mayHaveMovedOn()).toBe(true);
});

test('lines from another source at a junction move the position', () => {
  const sieve = createSieve(place(3));
  sieve.restart();
  const found = sieve.take(Buffer.from(line(5, 'c') + line(6, 'd')));
  expect(found.next().value).toMatchObject({ after: place(3) });
  sieve.moveTo(place(4));
  expect(sifted(found)).toBe('c\nd\n');
  expect(sieve.place()).toEqual(place(6));
});

test('the next file is looked for only when the present one may be full', () => {
  const sieve = createSieve();
  expect(sieve.mayHaveMovedOn()).toBe(false);
  taken(sieve, line(1, 'a'));
  expect(sieve.mayHaveMovedOn()).toBe(false);
  taken(sieve, line(2, 'a'.repeat(70_000)));
  expect(sieve.mayHaveMovedOn()).toBe(true);
  expect(createSieve(place(1)).mayHaveMovedOn()).toBe(true);
});
