// What the door shows of a class that is paused, and which actions decide it.
import { expect, test } from 'vitest';
import { tellDoor } from '../../../../tasks/classroom/door/state.ts';
import { keysFile, recordFile } from '../../../../tasks/classroom/folder.ts';
import { classroomWith } from '../../../../tasks/classroom.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { ownFolder } from '../../../own-folder.ts';
import { plainContext } from '../../../plain-context.ts';
import { planFor } from '../../../plan-of.ts';

ownFolder();

const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab-class' } };

async function contextWith(objects: Manifest[]) {
  const applied: Manifest[] = [];
  const { kube } = memoryKube(objects);
  const apply = async (manifest: Manifest) => {
    applied.push(manifest);
    return manifest;
  };
  const profile = await readProfile('local', ['classroom.name=lab']);
  return { applied, context: plainContext({ profile, kube: { ...kube, apply, isApplied: async () => false } }) };
}

test.each([
  [true, { paused: '' }],
  [false, {}],
])('where it is %s that the class is paused, the door has %j', async (isPaused, data) => {
  const { applied, context } = await contextWith([namespace]);
  const step = tellDoor(isPaused);
  expect(await step.skip?.(context)).toBe(false);
  await step.run(context, { line: () => {} });
  expect(applied).toMatchObject([{ metadata: { name: 'door-state', namespace: 'lab-class' }, data }]);
});

test('a class without a door has nowhere to show it', async () => {
  const { context } = await contextWith([]);
  expect(await tellDoor(true).skip?.(context)).toBe('the class has no door yet');
});

test.each([
  ['pause', 'Show at the door that the class is paused', 'Pause the notebook servers'],
  ['resume', 'Show at the door that the class continues', 'Start the notebook servers'],
  ['start', 'Show at the door that the class continues', 'Start the notebook servers'],
])('%s decides it before it changes servers', async (action, shown, then) => {
  const students = [{ name: 'ada', key: 'ada', shown: 'Ada' }];
  await writeFiles([recordFile('lab', { by: { field: 'name' }, students, former: [] }), keysFile('lab', new Map())]);
  const plan = await planFor(classroomWith(), await readProfile('local', ['classroom.name=lab']), [action]);
  const titles = plan.steps.map(({ title }) => title);
  expect(titles).toContain(shown);
  expect(titles.indexOf(then)).toBeGreaterThan(titles.indexOf(shown));
});
