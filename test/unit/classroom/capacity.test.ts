// How many seats the nodes bear.
import { expect, test } from 'vitest';
import { capacityOf, type SeatNode } from '../../../tasks/classroom/capacity.ts';

const gib = 2 ** 30;

const node = (cpu: number, memory: number, pods = 110, volumes?: number): SeatNode => ({
  whole: { cpu, memory: memory * gib, pods },
  kept: { cpu: 200, memory: gib, pods: 5 },
  volumes,
});

const amounts = {
  reading: { cpu: 200, memory: gib, pods: 1 },
  job: [1, 2, 3].map(() => ({ cpu: 200, memory: gib, pods: 1 })),
};

test.each<[string, SeatNode[], number, string]>([
  ['memory binds on small nodes', [node(4000, 8), node(4000, 8)], 14, 'memory'],
  ['processors bind where memory abounds', [node(2000, 64)], 9, 'cpu'],
  ['pods bind on large nodes', [node(64_000, 256, 40)], 35, 'pods'],
  ['volumes bind where few can be attached', [node(64_000, 256, 110, 16)], 16, 'volumes'],
])('%s', (_, nodes, seats, bound) => expect(capacityOf(nodes, amounts, 5)).toMatchObject({ seats, bound }));

test('without nodes there is no seat', () =>
  expect(capacityOf([], amounts, 5)).toEqual({ seats: 0, bound: undefined, computing: 0 }));

test('jobs of students use what the notebook servers leave free', () => {
  // 15 GiB of which five seats read in 5: three jobs of 3 GiB are left.
  expect(capacityOf([node(8000, 16)], amounts, 5).computing).toBe(3);
  expect(capacityOf([node(64_000, 256)], amounts, 5).computing).toBe(5);
  expect(capacityOf([node(2000, 4)], amounts, 5).computing).toBe(0);
});

test('jobs are counted by the pods that fit on single nodes, not by what all nodes leave', () => {
  // Each node has 100m after its seat: a processor in all, and room for no executor.
  const fragments = Array.from({ length: 10 }, () => node(500, 16));
  expect(capacityOf(fragments, amounts, 10).computing).toBe(0);
  // Two pods fit on each: 20 pods are six jobs and a rest.
  const halves = Array.from({ length: 10 }, () => node(800, 16));
  expect(capacityOf(halves, amounts, 10).computing).toBe(6);
});

test('one node without seats takes the jobs of all', () =>
  expect(capacityOf([node(400, 16), node(400, 16), node(2600, 16)], amounts, 2).computing).toBe(2));

test('volumes that are all attached keep seats from a node, but no executors', () => {
  const nodes = [node(4000, 32, 110, 2), node(4000, 32, 110, 20)];
  expect(capacityOf(nodes, amounts, 22)).toMatchObject({ seats: 21, computing: 0 });
  expect(capacityOf(nodes, amounts, 12).computing).toBe(8);
});

test('a thousand students on a hundred nodes are counted within a second', () => {
  const nodes = Array.from({ length: 100 }, () => node(16_000, 64));
  const begun = performance.now();
  expect(capacityOf(nodes, amounts, 1000).computing).toBe(1000);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
