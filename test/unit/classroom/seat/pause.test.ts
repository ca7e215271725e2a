// The end of notebook servers by pause and reset: it takes a look at the cluster, and neither an image nor a seat's other objects.
import { expect, test } from 'vitest';
import { closeSeats } from '../../../../tasks/classroom/close.ts';
import type { ClassRun } from '../../../../tasks/classroom/run.ts';
import { resetSeat } from '../../../../tasks/classroom/seat/reset.ts';
import type { Manifest, Ref } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { SingleStep } from '../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { plainContext } from '../../../plain-context.ts';
import { seatOf } from '../door/seats.ts';

const server = (student: string, replicas: number): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'notebook',
    namespace: `class-${student}`,
    labels: { 'firesteel/class': 'class', 'firesteel/student': student },
  },
  spec: { replicas },
});

async function aClass(...objects: Manifest[]) {
  const { kube } = memoryKube(objects);
  const patched: string[] = [];
  const patch = async ({ kind, namespace }: Ref, operations: object[]) => {
    if (namespace === 'class-eve') throw new Error('the API server is gone');
    patched.push(`${kind} ${namespace} ${JSON.stringify(operations)}`);
    return objects[0] as Manifest;
  };
  return { patched, context: plainContext({ profile: await readProfile('local', []), kube: { ...kube, patch } }) };
}

const toNothing = '[{"op":"replace","path":"/spec/replicas","value":0}]';

test('pause scales the servers that run, and one that does not end stops no other', async () => {
  const { patched, context } = await aClass(server('eve', 1), server('ada', 1), server('bob', 0));
  const failures = new Map<string, string>();
  const students = ['ada', 'bob', 'eve'].map((name) => ({ name }));
  const run = { failures, plan: async () => ({ after: { students } }) } as unknown as ClassRun;
  const lines: string[] = [];
  await closeSeats(run).run(context, { line: (text) => lines.push(text) });
  expect(patched).toEqual([`Deployment class-ada ${toNothing}`]);
  expect([...failures]).toEqual([['eve', 'the API server is gone']]);
  expect(lines).toEqual(['1 of 3 paused; their work folders stay']);
});

test('reset scales the server first, whatever the student has changed in the seat', async () => {
  const { patched, context } = await aClass(server('ada', 1));
  const seat = { ...seatOf('ada', '192.0.2.1:8443'), namespace: 'class-ada' };
  const [first] = resetSeat({ seats: async () => [seat] } as unknown as ClassRun, 'ada') as [SingleStep];
  await first.run(context, { line: () => {} });
  expect(patched).toEqual([`Deployment class-ada ${toNothing}`]);
});
