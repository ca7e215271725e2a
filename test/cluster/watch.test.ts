// Watches see every last state, whatever happens to the connection, the stream or the server.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Kube, WatchEvent } from '../../tasks/kube/types.ts';
import type { FaultProxy } from '../fakes/fault-proxy.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import { configMap, connect, connectThrough, controlPlane, needControlPlane, newNamespace } from './harness.ts';

needControlPlane();

let proxy: FaultProxy;
let folder: string;
let namespace: string;
let direct: Kube;
let end: AbortController;
let seen: string[];

beforeEach(async () => {
  proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  direct = connect();
  namespace = await newNamespace(direct);
  end = new AbortController();
  seen = [];
});
afterEach(async () => {
  end.abort();
  await proxy.close();
  rmSync(folder, { recursive: true });
});

const said = ({ type, object }: WatchEvent) =>
  `${type} ${object.metadata.name} ${(object['data'] as { a?: string } | undefined)?.a}`;
const apply = (name: string, a: string) => direct.apply(configMap(namespace, { a }, name));
const remove = (name: string) => direct.remove({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace });
const isWatch = /watch=true/;

/** Collects into `seen` until the end of the test; resolves when the watch has ended. */
async function startWatch(through: Kube): Promise<void> {
  for await (const event of through.watch({ apiVersion: 'v1', kind: 'ConfigMap', namespace }, end.signal))
    seen.push(said(event));
}
const throughProxy = () => connectThrough(proxy, join(folder, 'config'));
const becomes = (events: string[]) => expect.poll(() => seen, { timeout: 15_000 }).toEqual(events);

test('existing objects come first, then changes; an abort ends the watch without an error', async () => {
  await apply('one', '1');
  const watching = startWatch(direct);
  await becomes(['ADDED one 1']);
  await apply('one', '2');
  await apply('two', '1');
  await remove('one');
  await becomes(['ADDED one 1', 'MODIFIED one 2', 'ADDED two 1', 'DELETED one 2']);
  end.abort();
  await watching;
});

test('a label selector leaves out the others', async () => {
  const labelled = configMap(namespace, { a: '1' }, 'labelled');
  await direct.apply({ ...labelled, metadata: { ...labelled.metadata, labels: { wanted: 'yes' } } });
  await apply('other', '1');
  const names: string[] = [];
  const collection = { apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: 'wanted=yes' };
  for await (const { object } of direct.watch(collection, end.signal)) {
    names.push(object.metadata.name);
    break;
  }
  expect(names).toEqual(['labelled']);
});

test.each([
  { what: 'too old at its start', does: { answer: 410 } },
  { what: 'refused', does: { answer: 500 } },
  { what: 'reset', does: 'reset' },
  {
    what: 'an error in the stream says that it is too old',
    does: { answer: 200, body: { type: 'ERROR', object: { kind: 'Status', code: 410 } } },
  },
  { what: 'sent something that is no JSON', does: { answer: 200, body: 'half a line' } },
  {
    what: 'sent nothing but a bookmark',
    does: { answer: 200, body: { type: 'BOOKMARK', object: { metadata: { resourceVersion: '1' } } } },
  },
] as const)('a watch that is $what misses nothing', async ({ does }) => {
  await apply('one', '1');
  await apply('two', '1');
  proxy.inject({ method: 'GET', path: isWatch, times: 2, does });
  void startWatch(throughProxy());
  await becomes(['ADDED one 1', 'ADDED two 1']);
  await apply('one', '2');
  await remove('two');
  await expect
    .poll(() => [...seen].sort(), { timeout: 15_000 })
    .toEqual(['ADDED one 1', 'ADDED two 1', 'MODIFIED one 2', 'DELETED two 1'].sort());
});

test('a line that is cut in two is not lost', async () => {
  proxy.inject({ method: 'GET', path: isWatch, does: { cutAfterBytes: 100 } });
  void startWatch(throughProxy());
  await expect.poll(() => proxy.requests.some(({ line }) => isWatch.test(line))).toBe(true);
  await apply('one', '1');
  await becomes(['ADDED one 1']);
  await apply('one', '2');
  await becomes(['ADDED one 1', 'MODIFIED one 2']);
});

test('an object that was replaced between two looks is reported as deleted and added', async () => {
  await apply('one', '1');
  void startWatch(throughProxy());
  await becomes(['ADDED one 1']);
  proxy.inject({ method: 'GET', path: isWatch, does: { answer: 410 } });
  proxy.inject({ method: 'GET', path: /limit=/, times: 3, does: { answer: 503 } });
  proxy.dropAll();
  await remove('one');
  await apply('one', '2');
  await becomes(['ADDED one 1', 'DELETED one 1', 'ADDED one 2']);
});

test('no event is lost when an API server is killed and restarted', async () => {
  await apply('one', '1');
  void startWatch(direct);
  await becomes(['ADDED one 1']);
  process.kill(Number(readFileSync(controlPlane.pidFile, 'utf8')), 'SIGKILL');
  await apply('one', '2');
  await apply('two', '1');
  await becomes(['ADDED one 1', 'MODIFIED one 2', 'ADDED two 1']);
});

test('a watch of a cluster that never existed fails', async () => {
  const nowhere = connect({}, join(folder, 'none'));
  await expect(startWatch(nowhere)).rejects.toThrow('cannot reach the cluster');
});
