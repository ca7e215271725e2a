import { expect, test } from 'vitest';
import { applySeats } from '../../../../tasks/classroom/seat/apply-seats.ts';
import { messageOf } from '../../../../tasks/core/failure.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { applyingKube } from '../../../fakes/applying-kube.ts';
import { plainContext } from '../../../plain-context.ts';

const namespaceOf = (name: string, labels?: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...(labels ? { labels } : {}) },
});

test('a seat takes no namespace of another class or without a class', async () => {
  const live = [
    namespaceOf('spark-b-kumar', { 'firesteel/class': 'spark-b' }),
    namespaceOf('spark-eve'),
    namespaceOf('spark-bob', { 'firesteel/class': 'spark' }),
  ];
  const kube = applyingKube(live);
  const context = plainContext({ profile: await readProfile('local', ['classroom.name=spark']), kube });
  const groups = ['ada', 'b-kumar', 'bob', 'eve'].map((name) => ({
    name,
    objects: [namespaceOf(`spark-${name}`, { 'firesteel/class': 'spark' })],
  }));
  const lines: string[] = [];
  const { failures } = await applySeats(
    context,
    { groups, same: 0, surplus: [] },
    { line: (text) => lines.push(text) },
  );
  expect(failures.map(({ name, failure }) => `${name}: ${messageOf(failure)}`)).toEqual([
    'b-kumar: namespace spark-b-kumar belongs to class spark-b: change classroom.name of one of the two',
    'eve: namespace spark-eve is no seat of firesteel: remove it, or change classroom.name',
  ]);
  expect(lines.at(-1)).toBe('4 of 4 seats');
  const labelsOf = async (name: string) =>
    (await kube.get({ apiVersion: 'v1', kind: 'Namespace', name }))?.metadata.labels;
  expect(await labelsOf('spark-b-kumar')).toEqual({ 'firesteel/class': 'spark-b' });
  expect(await labelsOf('spark-ada')).toMatchObject({ 'firesteel/class': 'spark' });
});
