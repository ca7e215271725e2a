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
  computing: { cpu: 800, memory: 4 * gib, pods: 4 },
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
