// What the table of measurements reports its numbers.
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { at, inTurns, type Seen } from '../../bench/measure.ts';
import { benchmarksPage } from '../../bench/page.ts';
import { cells, header, median, percentile } from '../../bench/statistics.ts';

describe('the median', () => {
  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
    [[1, 1, 1, 50, 60], 1],
    [[], Number.NaN],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

  test('is one of the percentiles', () => {
    const hundred = Array.from({ length: 101 }, (_, i) => i);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([0, 50, 99, 100]);
    expect(percentile([1, 2], 0.99)).toBe(1.5);
  });

  test('leaves its numbers in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('a row', () => {
  test('has the ratio of the medians', () =>
    expect(cells({ what: 'a', values: [4, 2, 3], aim: '≤ 4 s', peer: { name: 'b', values: [1.5, 9, 1] } })).toEqual([
      'a',
      '3.0 s',
      '2.0 s',
      '4.0 s',
      '≤ 4 s',
      'b',
      '1.5 s',
      '2.00',
    ]));

  test('names a peer that was left out, and why', () =>
    expect(cells({ what: 'a', values: [0.04], peer: { name: 'b', values: [], leftOut: 'not on PATH' } })).toEqual([
      'a',
      '0.040 s',
      '0.040 s',
      '0.040 s',
      '',
      'b: left out, not on PATH',
      '',
      '',
    ]));

  test('of a rate has its unit, and a ratio above 1 where ours is the higher one', () =>
    expect(
      cells({ what: 'a', values: [1200, 1300], unit: 'a minute', peer: { name: 'b', values: [500] } }).slice(1),
    ).toEqual(['1250 a minute', '1200 a minute', '1300 a minute', '', 'b', '500 a minute', '2.50']));

  test('without a peer has as many cells', () => expect(cells({ what: 'a', values: [1] })).toHaveLength(header.length));

  test('of a step that was never seen has no numbers', () =>
    expect(cells({ what: 'a', values: [Number.NaN] }).slice(1, 4)).toEqual(['-', '-', '-']));
});

test('actions are measured in turns, and each round is said as it begins', async () => {
  const log: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => log.push(`${line}`) > 0);
  onTestFinished(() => void vi.restoreAllMocks());
  const seconds = await inTurns('both', 2, [() => log.push('a'), async () => log.push('b')]);
  expect(log).toEqual(['both: round 1 of 2\n', 'a', 'b', 'both: round 2 of 2\n', 'a', 'b']);
  expect(seconds.map(({ length }) => length)).toEqual([2, 2]);
});

test('a step is found by its title and state', () => {
  const events: Seen[] = [
    { event: 'output', path: ['group', 'one'], line: 'completed', at: 1 },
    { event: 'step', path: ['group', 'one'], state: 'started', at: 2 },
    { event: 'step', path: ['group', 'one'], state: 'completed', at: 3 },
  ];
  expect(at(events, 'one', 'completed')).toBe(3);
  expect(at(events, 'group', 'completed')).toBeNaN();
});

test('the page has a table for each bench, with its machine and notes', () => {
  const page = benchmarksPage([
    { title: 'A', machine: '2 cores', cells: [cells({ what: 'a|b', values: [1] })], notes: ['one note'] },
    { title: 'B', machine: '2 cores', cells: [], notes: [] },
  ]);
  expect(page).toContain(
    [
      '## A',
      '',
      '2 cores.',
      '',
      `| ${header.join(' | ')} |`,
      `| ${header.map(() => '---').join(' | ')} |`,
      '| a\\|b | 1.0 s | 1.0 s | 1.0 s |  |  |  |  |',
      '',
      '- one note',
      '',
      '## B',
    ].join('\n'),
  );
});
