// Putting data into the cluster: claims that only grow, and pods of other processes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import { visitPod, waitForOther } from '../../../tasks/storage/pod.ts';
import { claimSize, putData } from '../../../tasks/storage/put.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const box = ownFolder({ XDG_CACHE_HOME: 'cache' });
const profile = { ...profileSchema.parse({}), name: 'x', clusterName: 'x' };
const gibibyte = 2 ** 30;

const claim = (storage: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-rides', namespace: 'spark' },
  spec: { resources: { requests: { storage } } },
});

test.each<[string, number, string | undefined, string]>([
  ['is new: room for the data twice', gibibyte, undefined, '3Gi'],
  ['is larger than the set needs by now: its own size', gibibyte, '10Gi', '10Gi'],
  ['is too small: room for the data twice', 3 * gibibyte, '3Gi', '7Gi'],
])('the size of a claim that %s', (_, bytes, live, size) =>
  expect(claimSize(bytes, live === undefined ? undefined : claim(live))).toBe(size),
);

test('a claim that cannot grow is named, with what removes it', async () => {
  const from = join(box, 'rides');
  mkdirSync(from, { recursive: true });
  writeFileSync(join(from, 'a.csv'), '1\n');
  const refused = new Failure('forbidden', { cause: { httpStatus: 403 } });
  const kube = { ...memoryKube([claim('100Mi')]).kube, apply: () => Promise.reject(refused) };
  const set = { name: 'rides', source: from, way: 'claim' as const, license: 'CC0', sha256: 'a'.repeat(64) };
  const step = putData(profile, { set, from, claim: 'data-rides' });
  const context = plainContext({ profile, kube, state: { image: 'spark:1' } });
  await expect(step.run(context, { line: () => {} })).rejects.toMatchObject({
    message: 'claim data-rides in namespace spark cannot grow to 2Gi',
    hint: expect.stringContaining('kubectl --namespace spark delete pvc data-rides'),
  });
});

test('a pod that another process works with is waited for, and never removed', async () => {
  const asked = { name: 'data-put-rides', action: 'put' as const, args: [] };
  const pod = { ...visitPod(profile, 'spark:1', asked), status: { phase: 'Running' } } as Manifest;
  const { kube, objects, changes } = memoryKube([pod]);
  const lines: string[] = [];
  const context = plainContext({ profile, kube });
  const waiting = waitForOther(context, asked, {
    line: (text) => {
      lines.push(text);
      objects.pop();
    },
  });
  expect(await waiting).toBe(true);
  expect(lines).toEqual(['another process works with pod data-put-rides']);
  expect(await waitForOther(context, asked, { line: () => {} })).toBe(false);
  expect(changes).toEqual([]);
});

test('a pod has time for what goes through it', () => {
  const deadline = (bytes: number) =>
    (visitPod(profile, 'spark:1', { name: 'put', action: 'put', args: [], bytes }) as Pod).spec.activeDeadlineSeconds;
  expect(deadline(0)).toBe(2400);
  expect(deadline(50e9)).toBe(202_400);
});
