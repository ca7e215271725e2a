// Changes to CoreDNS's objects on a real API server: whole, with a way back, and never over someone else's.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardAsBefore, forwardTo, isRepaired, readCorefile, restart } from '../../tasks/coredns/change.ts';
import { configMapRef, deploymentRef } from '../../tasks/coredns/objects.ts';
import type { Kube, PatchOperation, Ref } from '../../tasks/kube/types.ts';
import { corefile, type PlacedCoredns, placeCoredns, repaired, templateAnnotations } from './coredns.ts';
import { needControlPlane } from './harness.ts';

needControlPlane();

let coredns: PlacedCoredns;
let kube: Kube;
beforeEach(async () => {
  coredns = await placeCoredns();
  kube = coredns.kube;
});
afterEach(() => coredns.remove());

const servers = ['192.0.2.1', '192.0.2.2'];

test('a repair changes the targets alone and keeps the original beside them; undo leaves no trace', async () => {
  expect(await isRepaired(kube)).toBe(false);
  expect(await forwardTo(kube, servers)).toBe(true);
  expect(await readCorefile(kube)).toMatchObject({ text: repaired('192.0.2.1 192.0.2.2'), original: corefile });
  expect(await isRepaired(kube)).toBe(true);
  expect(await forwardTo(kube, servers)).toBe(false);
  expect(await forwardTo(kube, ['192.0.2.3'])).toBe(true);
  expect(await readCorefile(kube)).toMatchObject({ text: repaired('192.0.2.3'), original: corefile });
  expect(await forwardAsBefore(kube)).toBe(true);
  expect((await kube.get(configMapRef))?.['data']).toEqual({ Corefile: corefile });
  expect(await forwardAsBefore(kube)).toBe(false);
});

/** A client before whose patches something happens, or after whom the answer is lost. */
const meddled = (before: () => Promise<unknown>, isLost = false): Kube => ({
  ...kube,
  patch: async (ref: Ref, operations: PatchOperation[]) => {
    await before();
    if (isLost) await kube.patch(ref, operations);
    return kube.patch(ref, operations);
  },
});

test('a Corefile that someone else changes in between stays theirs', async () => {
  const theirs = corefile.replace('errors', 'log');
  const edit = () => kube.patch(configMapRef, [{ op: 'replace', path: '/data/Corefile', value: theirs }]);
  await expect(forwardTo(meddled(edit), servers)).rejects.toThrow(
    'another program has just changed ConfigMap kube-system/coredns: firesteel changed nothing',
  );
  expect((await kube.get(configMapRef))?.['data']).toEqual({ Corefile: theirs });
});

test('a change whose answer was lost, so that it is sent again, is not a conflict', async () => {
  expect(
    await forwardTo(
      meddled(async () => {}, true),
      servers,
    ),
  ).toBe(true);
  expect(await readCorefile(kube)).toMatchObject({ text: repaired('192.0.2.1 192.0.2.2'), original: corefile });
});

test('a refusal of another kind is shown unchanged', async () => {
  await kube.patch(configMapRef, [{ op: 'add', path: '/immutable', value: true }]);
  await expect(forwardTo(kube, servers)).rejects.toThrow(/immutable/);
});

test('a restart is an annotation on the template, whether it has others or not', async () => {
  await coredns.createDeployment();
  await restart(kube);
  const first = await templateAnnotations(kube);
  expect(first).toEqual({ 'kubectl.kubernetes.io/restartedAt': expect.any(String) });
  await kube.patch(deploymentRef, [{ op: 'add', path: '/spec/template/metadata/annotations/other', value: 'kept' }]);
  await restart(kube);
  const second = await templateAnnotations(kube);
  expect(second).toEqual({ 'kubectl.kubernetes.io/restartedAt': expect.any(String), other: 'kept' });
  expect(second).not.toEqual({ ...first, other: 'kept' });
});
