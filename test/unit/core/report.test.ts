// What is printed of a run: seconds, failures, plain lines and JSON events.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import type { StepEvent } from '../../../tasks/core/report.ts';
import {
  failureText,
  plainReport,
  plainReportLines,
  readOut,
  reportJson,
  reportJsonLines,
  reportPlain,
  shownSeconds,
} from '../../../tasks/core/report.ts';

describe('seconds', () => {
  test.each([
    [0, '0.0 s'],
    [0.04, '0.0 s'],
    [0.85, '0.8 s'],
    [0.86, '0.9 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 0 s'],
    [75.4, '1 min 15 s'],
    [119.6, '2 min 0 s'],
    [3600, '60 min 0 s'],
  ])('%d: %s', (seconds, text) => expect(shownSeconds(seconds)).toBe(text));
});

describe('a failure', () => {
  const failure = new Failure('etcd: exit code 1', { output: 'line one\nline two', hint: 'look at its log' });

  test('says its step, what happened, the last lines, and what to do', () =>
    expect(failureText('Start etcd', failure, false)).toBe(
      '✖ Start etcd: etcd: exit code 1\n  │ line one\n  │ line two\n→ look at its log',
    ));

  test('outside of any step says no step', () => expect(failureText('', new Failure('no'), false)).toBe('✖ no'));

  test('has its stack shown only when requested', () => {
    expect(failureText('', failure, false)).not.toContain('report.test.ts');
    expect(failureText('', failure, true)).toContain('report.test.ts');
  });

  test.each([
    [new TypeError('x is not a function'), '✖ x is not a function'],
    ['just a text', '✖ just a text'],
    [undefined, '✖ undefined'],
  ])('of another kind: %s', (error, text) => expect(failureText('', error, false)).toBe(text));
});

describe('an event', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  function written<A extends unknown[]>(report: (...reported: A) => void, ...reported: A): string {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    report(...reported);
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    write.mockRestore();
    return text;
  }

  const path = ['Cluster', 'Start it'];
  const rows: [StepEvent, string][] = [
    [{ event: 'step', path, state: 'started' }, '▸ Start it'],
    [{ event: 'step', path, state: 'completed', seconds: 1.26 }, '✔ Start it (1.3 s)'],
    [{ event: 'step', path, state: 'failed' }, '✖ Start it'],
    [{ event: 'step', path, state: 'skipped', reason: 'it runs' }, '↷ Start it: it runs'],
    [{ event: 'output', path, line: 'a "line"' }, '  Start it: a "line"'],
  ];

  test.each(rows)('%j is one plain line behind the seconds since the start', (event, line) => {
    const text = written(reportPlain, event);
    expect(text.replace(/^ *\d+\.\d {2}/, '')).toBe(`${line}\n`);
    expect(text).toMatch(/^ *\d+\.\d {2}/);
  });

  test.each<[StepEvent, string]>([
    [{ event: 'step', path, state: 'started' }, 'begins: Start it'],
    [{ event: 'step', path, state: 'completed', seconds: 1.26 }, 'done: Start it (1.3 s)'],
    [{ event: 'step', path, state: 'completed', seconds: 0.4 }, 'done: Start it'],
    [{ event: 'step', path, state: 'failed' }, 'failed: Start it'],
    [{ event: 'step', path, state: 'skipped', reason: 'it runs' }, 'skipped: Start it: it runs'],
    [{ event: 'output', path, line: 'a line' }, 'Start it: a line'],
  ])('%j is read out in words, without a clock', (event, line) =>
    expect(written(plainReport({ isReadOut: true }), event)).toBe(`${line}\n`),
  );

  test('is wrapped to COLUMNS, and a line of a log is not', () => {
    vi.stubEnv('COLUMNS', '30');
    const reason = 'the programs of the cluster are there';
    const text = written(reportPlain, { event: 'step', path, state: 'skipped', reason });
    expect(text.split('\n').filter((line) => line.length > 30)).toEqual([]);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(reason);
    expect(written(reportPlain, { event: 'output', path, line: reason }).split('\n')).toHaveLength(2);
    vi.unstubAllEnvs();
  });

  test.each(rows)('%j is one line of JSON', (event) => {
    const text = written(reportJson, event);
    expect(text.split('\n')).toHaveLength(2);
    expect(JSON.parse(text)).toEqual(event);
  });

  test('of many lines of a log is one for each', () => {
    const plain = written(plainReportLines({ isReadOut: false }), path, 'one\ntwo');
    expect(plain.replaceAll(/^ *\d+\.\d {2}/gm, '')).toBe('  Start it: one\n  Start it: two\n');
    const reported = written(reportJsonLines, path, 'one\ntwo').trimEnd().split('\n');
    expect(reported.map((line) => JSON.parse(line))).toEqual([
      { event: 'output', path, line: 'one' },
      { event: 'output', path, line: 'two' },
    ]);
  });
});

test('marks and arrows of a failure are words where it is read out', () => {
  const failure = new Failure('the disk is full', { output: 'one\ntwo', hint: 'free space: firesteel gc 0s' });
  expect(readOut(failureText('Load it', failure, false))).toBe(
    'failed: Load it: the disk is full\n  one\n  two\nto do: free space: firesteel gc 0s',
  );
  expect(readOut('  replicas: 1 → 2')).toBe('  replicas: 1 becomes 2');
});
