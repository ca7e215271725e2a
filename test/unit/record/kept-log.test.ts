// The kept log of a container: its very bytes, whichever process writes them, and however often reading begins again.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogPiece } from '../../../tasks/kube/types.ts';
import { keptLines, logPath, openKeptLog, previousName } from '../../../tasks/record/kept-log.ts';
import { logNames } from '../../../tasks/record/run-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** One line; its number is its time. */
const line = (number: number, text: string): LogPiece => ({
  bytes: Buffer.from(text, 'latin1'),
  place: { nanoseconds: `${number}`, lines: 1 },
});
const kept = (name = 'driver') => readFileSync(logPath(folder, name), 'latin1');

test('bytes stay unchanged, and the last line need not end', async () => {
  const log = openKeptLog(folder, 'driver', 'a');
  const texts = ['1%\r2%\r\n', '\xff\x80\n', '\n', `${'long'.repeat(100_000)}\n`, 'no end'];
  for (const [number, text] of texts.entries()) log.add(line(number, text));
  log.close();
  expect(kept()).toBe(texts.join(''));
  let read = '';
  for await (const lines of keptLines(folder, 'driver')) read += lines.toString('latin1');
  expect(read).toBe(texts.join(''));
});

test('reading continues after the last whole line, and what was begun is written whole', () => {
  const first = openKeptLog(folder, 'driver', 'a');
  expect(first.after).toBeUndefined();
  for (const [number, text] of ['one\n', 'two\n', 'thr'].entries()) first.add(line(number, text));
  first.close();
  const second = openKeptLog(folder, 'driver', 'a');
  expect(second.after).toEqual({ nanoseconds: '1', lines: 1 });
  second.add(line(2, 'three\n'));
  second.close();
  expect(kept()).toBe('one\ntwo\nthree\n');
});

test('several writers at once leave each line once', async () => {
  const lines = Array.from({ length: 200 }, (_, number) => line(number, `line ${number}\n`));
  const write = async (pause: number) => {
    const log = openKeptLog(folder, 'driver', 'a');
    const from = log.after ? Number(log.after.nanoseconds) + 1 : 0;
    for (const one of lines.slice(from)) {
      log.add(one);
      if (Number(one.place?.nanoseconds) % pause === 0) await turn();
    }
    log.close();
  };
  const writers = [write(3), write(7)];
  await turn();
  await turn();
  await Promise.all([...writers, write(5)]);
  expect(kept()).toBe(lines.map(({ bytes }) => bytes.toString()).join(''));
});

test('what was written before the process was killed is written again at its place', async () => {
  const killed = openKeptLog(folder, 'driver', 'a');
  killed.add(line(0, 'one\n'));
  await turn();
  await turn();
  killed.add(line(1, 'two\n'));
  // Killed here: the second line is in the file, but not marked.
  const next = openKeptLog(folder, 'driver', 'a');
  expect(next.after).toEqual({ nanoseconds: '0', lines: 1 });
  next.add(line(1, 'two\n'));
  next.add(line(2, 'three\n'));
  next.close();
  expect(kept()).toBe('one\ntwo\nthree\n');
});

test('the log of a restarted container is a new one; the one before is put aside', () => {
  const write = (container: string | undefined, text: string) => {
    const log = openKeptLog(folder, 'executor-1', container);
    log.add(line(1, text));
    log.close();
  };
  write('a', 'old\n');
  // A status that does not name the container is no other container.
  write(undefined, 'older\n');
  write('b', 'new\n');
  expect(kept('executor-1')).toBe('new\n');
  expect(kept(previousName('executor-1'))).toBe('old\nolder\n');
  expect(logNames(folder)).toEqual(['executor-1', 'executor-1.previous']);
});

test('a log that cannot be read again keeps what it has', () => {
  const log = openKeptLog(folder, 'driver', 'a');
  log.add(line(0, 'one\n'));
  log.close();
  openKeptLog(folder, 'driver', 'a').close();
  expect(kept()).toBe('one\n');
});
