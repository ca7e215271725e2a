// Logs through a real API server from a kubelet that ends streams in all its ways: no line twice, none lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LogPiece, LogPlace } from '../../tasks/kube/types.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import { connect, connectThrough, controlPlane, needControlPlane } from './harness.ts';
import { becomes, useLogs } from './log-harness.ts';

needControlPlane();

const logs = useLogs();

test('a log is its lines without their times, and the last ones if asked', async () => {
  logs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  logs.kubelet.write('2026-01-02T03:04:06Z', '');
  logs.kubelet.write('2026-01-02T03:04:07.123456789+01:00', '  three  ');
  expect(await logs.collect({})).toEqual(['one', '', '  three  ']);
  expect(await logs.collect({ tailLines: 1 })).toEqual(['  three  ']);
});

test('a followed log ends with its container', async () => {
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  logs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  await becomes(lines, ['one']);
  logs.kubelet.write('2026-01-02T03:04:05.2Z', 'two');
  await becomes(lines, ['one', 'two']);
  await logs.finish();
  expect(await following).toEqual(['one', 'two']);
});

test('a container that is silent at first, and for long between two lines, is followed to its end', async () => {
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines, connect({ silenceMs: 300, totalMs: 200 }));
  const silence = () => expect.poll(logs.followers, { timeout: 10_000 }).toBeGreaterThan(before + 1);
  let before = 0;
  await silence();
  logs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  await becomes(lines, ['one']);
  before = logs.followers();
  await silence();
  logs.kubelet.write('2026-01-02T03:04:09.1Z', 'two');
  await becomes(lines, ['one', 'two']);
  await logs.finish();
  expect(await following).toEqual(['one', 'two']);
});

test.each([
  { how: 'orderly', part: undefined },
  { how: 'orderly', part: '2026-01-02T03:04:06.3Z fo' },
  { how: 'cut', part: undefined },
  { how: 'cut', part: '2026-01-02T03:04:06.3Z fo' },
] as const)(
  'a stream that ends too early ($how, with part of a line: $part) is taken up where it ended',
  async (row) => {
    const lines: string[] = [];
    const following = logs.collect({ follow: true }, lines);
    logs.kubelet.write('2026-01-02T03:04:05.9Z', 'one');
    logs.kubelet.write('2026-01-02T03:04:06.1Z', 'same');
    logs.kubelet.write('2026-01-02T03:04:06.1Z', 'same');
    await becomes(lines, ['one', 'same', 'same']);
    const before = logs.followers();
    logs.kubelet.end(row.how, row.part);
    await expect.poll(logs.followers).toBe(before + 1);
    logs.kubelet.write('2026-01-02T03:04:06.1Z', 'same');
    logs.kubelet.write('2026-01-02T03:04:06.3Z', 'four');
    await becomes(lines, ['one', 'same', 'same', 'same', 'four']);
    await logs.finish();
    expect(await following).toEqual(['one', 'same', 'same', 'same', 'four']);
  },
);

test('what was written between a cut and the end of the container is not lost', async () => {
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  logs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  await becomes(lines, ['one']);
  await logs.containerIs({ terminated: { exitCode: 1 } });
  logs.kubelet.end('orderly');
  logs.kubelet.write('2026-01-02T03:04:05.2Z', 'last words');
  logs.kubelet.finish();
  expect(await following).toEqual(['one', 'last words']);
});

test('a reset connection to the API server loses nothing either', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  const proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  try {
    const lines: string[] = [];
    const following = logs.collect({ follow: true }, lines, connectThrough(proxy, join(folder, 'config')));
    for (const tenth of [1, 2, 3]) {
      logs.kubelet.write(`2026-01-02T03:04:05.${tenth}Z`, `${tenth}`);
      await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe(`${tenth}`);
      proxy.dropAll();
    }
    await logs.finish();
    expect(await following).toEqual(['1', '2', '3']);
  } finally {
    await proxy.close();
    rmSync(folder, { recursive: true });
  }
});

test('every byte comes through, also of a line that is not text, is very long, or does not end', async () => {
  const texts = ['1%\r2%\r', '\xff\xfe\x80', '', 'x'.repeat(300_000), '\x1b[31mred'];
  for (const [number, text] of texts.entries()) logs.kubelet.write(`2026-01-02T03:04:0${number}.1Z`, text);
  logs.kubelet.write('2026-01-02T03:04:09Z', 'no end', { end: '' });
  const pieces: Buffer[] = [];
  for await (const { bytes } of logs.kube.logPieces(logs.pod)) pieces.push(bytes);
  expect(Buffer.concat(pieces).toString('latin1')).toBe(`${texts.join('\n')}\nno end`);
});

test('reading continues at an earlier place, also after a rotation of the log', async () => {
  logs.kubelet.write('2026-01-02T03:04:05.9Z', 'one');
  logs.kubelet.write('2026-01-02T03:04:06.1Z', 'two');
  const read = async (after?: LogPlace) => {
    const lines: LogPiece[] = [];
    for await (const line of logs.kube.logPieces(logs.pod, after ? { after } : {})) lines.push(line);
    return lines;
  };
  const { place } = (await read()).at(-1) ?? {};
  expect(await read(place)).toEqual([]);
  logs.kubelet.write('2026-01-02T03:04:06.1Z', 'three');
  logs.kubelet.write('2026-01-02T03:04:07.1Z', 'four');
  const text = async () => (await read(place)).map(({ bytes }) => bytes.toString()).join('');
  expect(await text()).toBe('three\nfour\n');
  logs.kubelet.rotate();
  logs.kubelet.write('2026-01-02T03:04:08.1Z', 'five');
  expect(await text()).toBe('three\nfour\nfive\n');
});

test('a follower who has seen enough ends quietly', async () => {
  const end = new AbortController();
  const lines: string[] = [];
  const following = logs.collect({ follow: true, signal: end.signal }, lines);
  logs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  await becomes(lines, ['one']);
  end.abort();
  expect(await following).toEqual(['one']);
});

test('the log of a pod that is not there is a failure', async () => {
  logs.pod.name = 'nobody';
  await expect(logs.collect({})).rejects.toThrow(
    `cannot read the log of Pod ${logs.pod.namespace}/nobody: pods "nobody" not found`,
  );
});
