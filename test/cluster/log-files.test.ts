// Logs that a node keeps in several files: the older ones are read where the API of logs passes over them, and what
// nobody can read any more is named in its place.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { issue } from '../../tasks/core/certificates.ts';
import type { Kube, LogPlace } from '../../tasks/kube/types.ts';
import { ownFolderOfEach } from '../own-folder.ts';
import { certificateUser, kubeconfigText } from './control-plane.ts';
import { connect, controlPlane, needControlPlane, removePodAtOnce } from './harness.ts';
import { becomes, useLogs } from './log-harness.ts';

needControlPlane();

const logs = useLogs();
ownFolderOfEach({ XDG_DATA_HOME: '' });

/** More than any node writes to a file before it may begin another. */
const long = 'x'.repeat(70_000);
const at = (tenth: number) => `2026-01-02T03:04:05.${tenth}Z`;

/** Someone who may read pods and their logs in one namespace, and nothing else. */
async function reader(): Promise<Kube> {
  const { namespace } = logs.pod;
  const name = `reader-of-${namespace}`;
  const rbac = 'rbac.authorization.k8s.io';
  await logs.kube.create({
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: { name: 'reader', namespace },
    rules: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] }],
  });
  await logs.kube.create({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: rbac, kind: 'User', name }],
  });
  const { server, authority } = controlPlane;
  const user = certificateUser(await issue(authority, { commonName: name, usage: 'client' }));
  const path = join(process.env['XDG_DATA_HOME'] ?? '', 'reader');
  writeFileSync(path, kubeconfigText(server, authority.certificatePem, name, user));
  return connect({}, path, name);
}

/** Follows until the container has written this into two files, a line of it while the kubelet went from one to the other. */
async function overTwoFiles(how?: 'compressed' | 'deleted', through?: Kube): Promise<string[]> {
  const { kubelet } = logs;
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines, through);
  kubelet.write(at(1), long);
  kubelet.write(at(2), 'two');
  await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe('two');
  kubelet.write(at(3), 'three', { passedOver: true });
  kubelet.rotate(how);
  kubelet.write(at(4), 'four');
  await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe('four');
  await logs.finish();
  return (await following).map(short);
}

const short = (line: string) => (line === long ? 'long' : line);

test.each([undefined, 'compressed'] as const)(
  'what the kubelet passes over between two files comes from the older one (%s)',
  async (how) => expect(await overTwoFiles(how)).toEqual(['long', 'two', 'three', 'four']),
);

test('lines that the node has deleted are marked in their place', async () => {
  expect(await overTwoFiles('deleted')).toEqual([
    'long',
    'two',
    '[firesteel: lines after 2026-01-02T03:04:05.200000000Z and before 2026-01-02T03:04:05.400000000Z are missing: the node has deleted them]',
    'four',
  ]);
});

test('lines that may be missing are marked where the user may not read files of the node', async () => {
  expect(await overTwoFiles(undefined, await reader())).toEqual([
    'long',
    'two',
    '[firesteel: lines after 2026-01-02T03:04:05.200000000Z and before 2026-01-02T03:04:05.400000000Z may be missing: the node started a new log file, and its older files cannot be read]',
    'four',
  ]);
});

test('a follower that falls behind several files gets all of them, and none twice', async () => {
  const { kubelet } = logs;
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  kubelet.write(at(1), long);
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
  kubelet.write(at(2), 'two', { passedOver: true });
  kubelet.rotate('compressed');
  kubelet.write(at(3), 'three', { passedOver: true });
  kubelet.rotate();
  kubelet.write(at(4), 'four');
  kubelet.write(at(5), 'five');
  await kubelet.repeat();
  kubelet.write(at(6), 'six');
  await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe('six');
  await logs.finish();
  expect((await following).map(short)).toEqual(['long', 'two', 'three', 'four', 'five', 'six']);
});

test('a file that the kubelet sends once more, slowly, gives no line twice', async () => {
  const { kubelet } = logs;
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  for (const [number, text] of ['one', 'two', 'three'].entries()) kubelet.write(at(number), text);
  await becomes(lines, ['one', 'two', 'three']);
  await kubelet.repeat(1_200);
  kubelet.write(at(4), 'four');
  await becomes(lines, ['one', 'two', 'three', 'four']);
  await logs.finish();
  expect(await following).toEqual(['one', 'two', 'three', 'four']);
});

test('a stream that ends in good order while a file comes again makes no line of that file new', async () => {
  const { kubelet } = logs;
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  for (const [number, text] of ['one', 'two', 'three'].entries()) kubelet.write(at(number + 1), text);
  await becomes(lines, ['one', 'two', 'three']);
  kubelet.nextStreamEndsAfter(1);
  kubelet.end('cut');
  await expect.poll(() => logs.followers(), { timeout: 10_000 }).toBe(3);
  await logs.finish();
  expect(await following).toEqual(['one', 'two', 'three']);
});

test('a log whose newest file is still empty is read from the older ones', async () => {
  logs.kubelet.write(at(1), 'one');
  logs.kubelet.rotate();
  expect(await logs.collect({})).toEqual(['one']);
  await logs.finish();
  expect(await logs.collect({ follow: true })).toEqual(['one']);
});

test('a long line that goes on in the next file is whole after a cut, too', async () => {
  const { kubelet } = logs;
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  kubelet.write(at(1), 'one');
  await becomes(lines, ['one']);
  kubelet.end('cut');
  kubelet.write(at(2), 'a long ', { end: '', passedOver: true });
  kubelet.rotate();
  kubelet.write(at(3), 'line', { passedOver: true });
  await becomes(lines, ['one', 'a long line']);
  await logs.finish();
  expect(await following).toEqual(['one', 'a long line']);
});

test('the end of a log is read, also where the container ended just after its node began a new file', async () => {
  const { kubelet } = logs;
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  kubelet.write(at(1), 'one');
  await becomes(lines, ['one']);
  kubelet.write(at(2), 'last words', { passedOver: true });
  kubelet.rotate();
  await logs.finish();
  expect(await following).toEqual(['one', 'last words']);
});

test('a pod that is removed before its newest file was read has an end that is named', async () => {
  const { kubelet } = logs;
  const lines: string[] = [];
  const following = logs.collect({ follow: true }, lines);
  kubelet.write(at(1), long);
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
  kubelet.rotate();
  kubelet.write(at(3), 'last words', { passedOver: true });
  kubelet.write(at(2), 'two', { isLate: true });
  await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe('two');
  await removePodAtOnce({ apiVersion: 'v1', kind: 'Pod', metadata: logs.pod });
  kubelet.end('orderly');
  expect((await following).map(short)).toEqual([
    'long',
    'two',
    '[firesteel: lines after 2026-01-02T03:04:05.200000000Z may be missing: the pod was removed before its log was read to the end]',
  ]);
});

/** Reads the log from where someone else left off. */
const after = (place: LogPlace): Promise<string[]> => logs.collect({ after: place });

const seconds = Date.parse('2026-01-02T03:04:05Z') / 1000;
const placeAt = (tenth: number): LogPlace => ({ nanoseconds: `${seconds}${tenth}00000000`, lines: 1 });

test('a reader that comes back finds what was written in between, in as many files as it took', async () => {
  const { kubelet } = logs;
  for (const tenth of [1, 2, 3, 4, 5]) {
    kubelet.write(at(tenth), `${tenth}`);
    if (tenth % 2 === 0) kubelet.rotate(tenth === 2 ? 'compressed' : undefined);
  }
  expect(await after(placeAt(1))).toEqual(['2', '3', '4', '5']);
  expect(await after(placeAt(3))).toEqual(['4', '5']);
  expect(await after(placeAt(5))).toEqual([]);
});

test('a gap that is marked is not marked again by the next reader', async () => {
  const { kubelet } = logs;
  kubelet.write(at(1), '1');
  const { place } = { place: placeAt(1) };
  kubelet.rotate('deleted');
  let last: LogPlace | undefined;
  const found: (string | undefined)[] = [];
  for await (const piece of logs.kube.logPieces(logs.pod, { after: place })) {
    found.push(piece.gap);
    last = piece.place;
  }
  expect(found).toEqual([
    '[firesteel: lines after 2026-01-02T03:04:05.100000000Z are missing: the node has deleted them]\n',
  ]);
  expect(last).toEqual({ ...place, gap: true });
  kubelet.write(at(3), '3');
  expect(await after(last ?? place)).toEqual(['3']);
});

test('a log whose first file is deleted begins with a line that says so', async () => {
  const { kubelet } = logs;
  await logs.containerIs({ running: { startedAt: '2026-01-02T03:00:00Z' } });
  kubelet.write(at(1), '1');
  kubelet.rotate('deleted');
  kubelet.write(at(2), '2');
  kubelet.rotate();
  kubelet.write(at(3), '3');
  expect(await logs.collect({})).toEqual([
    '[firesteel: lines before 2026-01-02T03:04:05.200000000Z are missing: the node has deleted them]',
    '2',
    '3',
  ]);
  expect(await logs.collect({ tailLines: 1 })).toEqual(['3']);
});

test('a long line that a node wrote as records to two files is one line', async () => {
  const { kubelet } = logs;
  kubelet.write(at(1), '1');
  kubelet.write(at(2), 'a long ', { end: '' });
  kubelet.rotate();
  kubelet.write(at(3), 'line');
  kubelet.write(at(4), '4');
  kubelet.rotate();
  kubelet.write(at(5), '5');
  expect(await after(placeAt(1))).toEqual(['a long line', '4', '5']);
});
