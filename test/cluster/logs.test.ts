// Logs through a real API server from a kubelet that ends streams in all its ways: no line twice, none lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { issue } from '../../tasks/lib/certificates.ts';
import type { Kube, LogLine, LogOptions, LogPlace } from '../../tasks/lib/types.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import type { FakeKubelet } from '../fakes/kubelet.ts';
import { startFakeKubelet } from '../fakes/kubelet.ts';
import { connect, connectThrough, controlPlane, needControlPlane, newNamespace, patchBySomebody } from './harness.ts';

needControlPlane();

let kubelet: FakeKubelet;
let kube: Kube;
let namespace: string;
let pod: { name: string; namespace: string };

beforeEach(async () => {
  kubelet = await startFakeKubelet(
    await issue(controlPlane.authority, { commonName: 'kubelet', usage: 'server', ipAddresses: ['127.0.0.1'] }),
  );
  kube = connect();
  namespace = await newNamespace(kube);
  pod = { name: 'writer', namespace };
  const nodeName = `node-of-${namespace}`;
  await kube.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    },
  });
  await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  await kube.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: pod,
    spec: { nodeName, automountServiceAccountToken: false, containers: [{ name: 'main', image: 'none' }] },
  });
  await containerIs({ running: {} });
});
afterEach(() => kubelet.close());

const containerIs = (state: object) =>
  patchBySomebody(`/api/v1/namespaces/${namespace}/pods/writer/status`, 'merge-patch+json', {
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'main', state, ready: false, restartCount: 0, image: 'none', imageID: '' }],
    },
  });

async function finish(): Promise<void> {
  await containerIs({ terminated: { exitCode: 0 } });
  kubelet.finish();
}

async function collect(options: LogOptions, into: string[] = [], through = kube): Promise<string[]> {
  for await (const line of through.logs(pod, options)) into.push(line);
  return into;
}

const becomes = (lines: string[], expected: string[]) =>
  expect.poll(() => lines, { timeout: 10_000 }).toEqual(expected);
const followers = () => kubelet.requests.filter(({ searchParams }) => searchParams.get('follow') === 'true').length;

test('a log is its lines without their times, and the last ones if asked', async () => {
  kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  kubelet.write('2026-01-02T03:04:06Z', '');
  kubelet.write('2026-01-02T03:04:07.123456789+01:00', '  three  ');
  expect(await collect({})).toEqual(['one', '', '  three  ']);
  expect(await collect({ tailLines: 1 })).toEqual(['  three  ']);
});

test('a followed log ends with its container', async () => {
  const lines: string[] = [];
  const following = collect({ follow: true }, lines);
  kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  await becomes(lines, ['one']);
  kubelet.write('2026-01-02T03:04:05.2Z', 'two');
  await becomes(lines, ['one', 'two']);
  await finish();
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
    const following = collect({ follow: true }, lines);
    kubelet.write('2026-01-02T03:04:05.9Z', 'one');
    kubelet.write('2026-01-02T03:04:06.1Z', 'same');
    kubelet.write('2026-01-02T03:04:06.1Z', 'same');
    await becomes(lines, ['one', 'same', 'same']);
    const before = followers();
    kubelet.end(row.how, row.part);
    await expect.poll(followers).toBe(before + 1);
    kubelet.write('2026-01-02T03:04:06.1Z', 'same');
    kubelet.write('2026-01-02T03:04:06.3Z', 'four');
    await becomes(lines, ['one', 'same', 'same', 'same', 'four']);
    await finish();
    expect(await following).toEqual(['one', 'same', 'same', 'same', 'four']);
  },
);

test('what was written between a cut and the end of the container is not lost', async () => {
  const lines: string[] = [];
  const following = collect({ follow: true }, lines);
  kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  await becomes(lines, ['one']);
  await containerIs({ terminated: { exitCode: 1 } });
  kubelet.end('orderly');
  kubelet.write('2026-01-02T03:04:05.2Z', 'last words');
  kubelet.finish();
  expect(await following).toEqual(['one', 'last words']);
});

test('a reset between us and the API server loses nothing either', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  const proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  try {
    const lines: string[] = [];
    const following = collect({ follow: true }, lines, connectThrough(proxy, join(folder, 'config')));
    for (const tenth of [1, 2, 3]) {
      kubelet.write(`2026-01-02T03:04:05.${tenth}Z`, `${tenth}`);
      await expect.poll(() => lines.at(-1)).toBe(`${tenth}`);
      proxy.dropAll();
    }
    await finish();
    expect(await following).toEqual(['1', '2', '3']);
  } finally {
    await proxy.close();
    rmSync(folder, { recursive: true });
  }
});

test('every byte comes through, also of a line that is not text, is very long, or does not end', async () => {
  const texts = ['1%\r2%\r', '\xff\xfe\x80', '', 'x'.repeat(300_000), '\x1b[31mred'];
  for (const [number, text] of texts.entries()) kubelet.write(`2026-01-02T03:04:0${number}.1Z`, text);
  kubelet.write('2026-01-02T03:04:09Z', 'no end', '');
  const pieces: Buffer[] = [];
  for await (const { bytes } of kube.logLines(pod)) pieces.push(bytes);
  expect(Buffer.concat(pieces).toString('latin1')).toBe(`${texts.join('\n')}\nno end`);
});

test('reading goes on at a place from before, also when the log was rotated since', async () => {
  kubelet.write('2026-01-02T03:04:05.9Z', 'one');
  kubelet.write('2026-01-02T03:04:06.1Z', 'two');
  const read = async (after?: LogPlace) => {
    const lines: LogLine[] = [];
    for await (const line of kube.logLines(pod, after ? { after } : {})) lines.push(line);
    return lines;
  };
  const { place } = (await read()).at(-1) ?? {};
  expect(await read(place)).toEqual([]);
  kubelet.write('2026-01-02T03:04:06.1Z', 'three');
  kubelet.write('2026-01-02T03:04:07.1Z', 'four');
  const texts = async () => (await read(place)).map(({ bytes }) => bytes.toString());
  expect(await texts()).toEqual(['three\n', 'four\n']);
  kubelet.rotate();
  kubelet.write('2026-01-02T03:04:08.1Z', 'five');
  expect(await texts()).toEqual(['five\n']);
});

test('a follower who has seen enough ends quietly', async () => {
  const end = new AbortController();
  const lines: string[] = [];
  const following = collect({ follow: true, signal: end.signal }, lines);
  kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  await becomes(lines, ['one']);
  end.abort();
  expect(await following).toEqual(['one']);
});

test('the log of a pod that is not there is a failure', async () => {
  pod = { name: 'nobody', namespace };
  await expect(collect({})).rejects.toThrow(`cannot read the log of Pod ${namespace}/nobody: pods "nobody" not found`);
});
