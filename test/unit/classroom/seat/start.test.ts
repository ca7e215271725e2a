// The wait for notebook servers: one that does not come keeps nobody else from working.
import { expect, test } from 'vitest';
import type { ClassRun } from '../../../../tasks/classroom/run.ts';
import { waitForServers } from '../../../../tasks/classroom/seat/start-seats.ts';
import { startServers } from '../../../../tasks/classroom/seat/start-steps.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { plainContext } from '../../../plain-context.ts';

const profile = await readProfile('local', []);
const seconds = 0.2;
const out = { line: () => {} };

function server(student: string, isReady: boolean): Manifest {
  const labels = { 'firesteel/class': 'class', 'firesteel/student': student };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'notebook', namespace: `class-${student}`, labels, generation: 1 },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, updatedReplicas: 1, readyReplicas: isReady ? 1 : 0 },
  };
}

const contextWith = (...objects: Manifest[]): Context => plainContext({ profile, kube: memoryKube(objects).kube });

const notReady = 'the notebook server is not ready: no pod yet';

test('a server that does not come is named with what keeps it, and a seat that is missing with its cure', async () => {
  const context = contextWith(server('ada', true), server('bob', false), server('eve', true));
  expect(await waitForServers(context, ['ada', 'bob', 'eve', 'dan'], out, seconds)).toEqual(
    new Map([
      ['bob', notReady],
      ['dan', 'no seat: make it with firesteel classroom apply'],
    ]),
  );
});

test('the wait ends with the last server, and begins anew with each that is ready', async () => {
  const objects = [server('ada', false), server('bob', false)];
  const { kube } = memoryKube(objects);
  const states: string[] = [];
  const context = plainContext({ profile, kube });
  const makeReady = (seen: string) => {
    states.push(seen);
    objects[states.length - 1] = server(['ada', 'bob'][states.length - 1] ?? '', true);
  };
  // Two looks a second apart are longer than the patience with one server.
  expect(await waitForServers(context, ['ada', 'bob'], { line: makeReady }, 1.5)).toEqual(new Map());
  expect(states).toEqual(['0 of 2 ready; waiting for ada, bob', '1 of 2 ready; waiting for bob']);
});

const waitOf = (run: ClassRun) =>
  startServers(run, profile, seconds).find(({ title }) => title === 'Wait for the notebook servers') as SingleStep;

const runOf = (...names: string[]) =>
  ({
    plan: async () => ({ after: { students: names.map((name) => ({ name })) } }),
    failures: new Map(),
  }) as unknown as ClassRun;

test('start goes on without the student whose server is late', async () => {
  const run = runOf('ada', 'bob');
  await waitOf(run).run(contextWith(server('ada', true), server('bob', false)), out);
  expect(run.failures).toEqual(new Map([['bob', notReady]]));
});

test('start fails where no server is ready', async () => {
  const context = contextWith(server('ada', false), server('bob', false));
  await expect(waitOf(runOf('ada', 'bob')).run(context, out)).rejects.toMatchObject({
    message: `no notebook server is ready: ada: ${notReady}`,
    hint: 'look at the seats: firesteel classroom status',
  });
});
