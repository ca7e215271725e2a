// The priority above which a pod of a seat would displace those of others.
import { expect, test } from 'vitest';
import { priorityGuard, usualPriority } from '../../../../tasks/classroom/isolation/priority.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';

const priorityClass = (name: string, value: number, more: object = {}): Manifest => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  ...more,
});
const system = priorityClass('system-node-critical', 2_000_001_000);

test.each<[what: string, classes: Manifest[], usual: number]>([
  ['0 where no class is the default', [system, priorityClass('high', 1000)], 0],
  ['that of the default class', [system, priorityClass('usual', 100, { globalDefault: true })], 100],
  ['that of a default class below 0', [system, priorityClass('low', -10, { globalDefault: true })], -10],
])('pods of a seat may have a priority of at most %s', async (_, classes, usual) => {
  const found = await usualPriority(memoryKube(classes).kube);
  expect(found).toBe(usual);
  const [policy] = priorityGuard('firesteel-stats.priorities', { 'firesteel/class': 'stats' }, found);
  expect(JSON.stringify(policy?.['spec'])).toContain(`object.spec.priority <= ${usual}"`);
});
