// Many groups of objects against a real API server: a second run writes nothing, and what breaks it off leaves no trace.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyBulk, type Group, planBulk } from '../../tasks/classroom/bulk/groups.ts';
import { gradientLimit } from '../../tasks/classroom/bulk/limit.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import { connect, connectThrough, controlPlane, needControlPlane, patchBySomebody } from './harness.ts';

needControlPlane();

let folder = '';
let proxy: FaultProxy;
let classes = 0;
let name = '';
let controller: AbortController;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  proxy = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  name = `bulk-${process.pid}-${classes++}`;
  controller = new AbortController();
});
afterEach(async () => {
  await proxy.close();
  rmSync(folder, { recursive: true });
});

/** A group of four objects in a namespace. */
function group(number: number, text = 'one'): Group {
  const namespace = `${name}-${number}`;
  const labels = { class: name };
  const object = (kind: string, more: object): Manifest => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'part', namespace, labels },
    ...more,
  });
  return {
    name: `seat-${number}`,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
      object('ConfigMap', { data: { text } }),
      object('Secret', { stringData: { token: text } }),
      object('ServiceAccount', { automountServiceAccountToken: false }),
    ],
  };
}

const pathOf = ({ metadata: { name, namespace } }: Manifest): string =>
  `/api/v1/namespaces/${namespace}/configmaps/${name}`;

const groups = (count: number): Group[] => Array.from({ length: count }, (_, number) => group(number));

const options = (kube: Kube) => ({
  kube,
  labelSelector: `class=${name}`,
  limit: gradientLimit(),
  signal: controller.signal,
});
const plan = (wanted: readonly Group[], kube = connect()) => planBulk(wanted, options(kube));

test('a second run changes nothing', async () => {
  const wanted = groups(20);
  const before = await plan(wanted);
  expect(before).toMatchObject({ same: 0, surplus: [] });
  const ends = await applyBulk(before.groups, options(connect()));
  expect(ends.map(({ written }) => written)).toEqual(Array(20).fill(4));
  expect(await plan(wanted)).toEqual({ groups: [], same: 80, surplus: [] });
});

test('only differences are written, and objects that are no longer wanted are named', async () => {
  await applyBulk((await plan(groups(3))).groups, options(connect()));
  const { groups: changed, same, surplus } = await plan([group(0), group(1, 'two')]);
  expect(changed.map((one) => [one.name, one.objects.map(({ kind }) => kind)])).toEqual([
    ['seat-1', ['ConfigMap', 'Secret']],
  ]);
  expect(same).toBe(6);
  expect(surplus.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? metadata.name}`).sort()).toEqual(
    ['ConfigMap', 'Namespace', 'Secret', 'ServiceAccount'].map((kind) => `${kind} ${name}-2`),
  );
});

test('a change takes away what it no longer has, and leaves what others have added', async () => {
  const [first = group(0)] = groups(1);
  const [namespace, map, ...others] = first.objects as [Manifest, Manifest, ...Manifest[]];
  await applyBulk((await plan([first])).groups, options(connect()));
  const ref = refOf(map);
  await patchBySomebody(pathOf(map), 'merge-patch+json', { data: { other: 'theirs' } });
  for (const data of [{ more: 'two' }, { more: 'three' }, { last: 'four' }]) {
    const wanted = [{ ...first, objects: [namespace, { ...map, data }, ...others] }];
    const ends = await applyBulk((await plan(wanted)).groups, options(connect()));
    expect(ends).toEqual([{ name: first.name, written: 1 }]);
    const live = await connect().get(ref);
    expect(live?.['data']).toEqual({ ...data, other: 'theirs' });
    const owners = (live?.metadata.managedFields ?? []).filter(({ manager }) => manager === 'firesteel');
    expect(owners.map(({ operation }) => operation)).toEqual(['Apply']);
    expect(await plan(wanted)).toMatchObject({ groups: [], same: 4 });
  }
});

test('what others have made under a wanted name is taken for the group', async () => {
  const [wanted = group(0)] = groups(1);
  const [namespace, map] = wanted.objects as [Manifest, Manifest];
  await connect().create(namespace);
  const theirs = { ...map, metadata: { ...map.metadata, labels: undefined }, data: { other: 'theirs' } };
  await patchBySomebody(`${pathOf(map)}?fieldManager=someone`, 'apply-patch+yaml', theirs);
  const ends = await applyBulk((await plan([wanted])).groups, options(connect()));
  expect(ends).toEqual([{ name: wanted.name, written: 3 }]);
  expect((await connect().get(refOf(map)))?.['data']).toEqual({ other: 'theirs', text: 'one' });
});

test('a group that is refused stops no other, and the next run writes that one alone', async () => {
  const wanted = groups(5);
  const bad = {
    ...group(2),
    objects: [...group(2).objects.slice(0, 1), { ...group(2).objects[1], bad: 1 } as Manifest],
  };
  const ends = await applyBulk([...wanted.slice(0, 2), bad, ...wanted.slice(3)], options(connect()));
  expect(ends.filter(({ failure }) => failure).map(({ name, written }) => [name, written])).toEqual([['seat-2', 1]]);
  expect((await plan(wanted)).groups.map((one) => one.name)).toEqual(['seat-2']);
});

test('after an interruption at any point, the next run completes the work', async () => {
  const wanted = groups(10);
  for (const count of [1, 7, 9, 11]) {
    let written = 0;
    const kube = connect();
    const counting: Kube = {
      ...kube,
      create: async (manifest) => {
        const created = await kube.create(manifest);
        written += 1;
        if (written === count) controller.abort(new Error('broken off'));
        return created;
      },
    };
    await expect(applyBulk((await plan(wanted)).groups, options(counting))).rejects.toThrow('broken off');
    controller = new AbortController();
  }
  const ends = await applyBulk((await plan(wanted)).groups, options(connect()));
  expect(ends.every(({ failure }) => failure === undefined)).toBe(true);
  expect(await plan(wanted)).toMatchObject({ groups: [], same: 40 });
});

const conflict = {
  kind: 'Status',
  reason: 'Conflict',
  code: 409,
  message: 'the object has been modified; please apply your changes to the latest version and try again',
};

describe('through a server that is overloaded or breaks', () => {
  test.each([
    { fault: '429', does: { answer: 429, headers: { 'retry-after': '1' } }, times: 5 },
    { fault: '503', does: { answer: 503 }, times: 5 },
    { fault: '500', does: { answer: 500 }, times: 5 },
    { fault: 'storms of 409', does: { answer: 409, body: conflict }, times: 12 },
    // A second refusal of the same request would be one of the credentials themselves.
    { fault: '401', does: { answer: 401 }, times: 1 },
    { fault: 'reset connections', does: 'reset', times: 5 },
    { fault: 'no answer at all', does: 'hang', times: 5 },
    { fault: 'lost answers', does: 'lose', times: 5 },
  ] as const)('all is written once: $fault', async ({ does, times }) => {
    for (const nth of [3, 20, 40]) proxy.inject({ method: 'POST', nth, times, does });
    proxy.inject({ method: 'GET', path: /labelSelector/, nth: 2, does });
    const wanted = groups(10);
    const kube = connectThrough(proxy, join(folder, 'config'), { requestMs: 1000 });
    const limit = gradientLimit({ first: 16 });
    const ends = await applyBulk((await plan(wanted, kube)).groups, { ...options(kube), limit });
    expect(ends.every(({ failure }) => failure === undefined)).toBe(true);
    expect(await plan(wanted)).toMatchObject({ groups: [], same: 40 });
    expect(limit.current).toBeLessThan(32);
  });
});
