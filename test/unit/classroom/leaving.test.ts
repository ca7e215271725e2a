// Students who leave: an interrupted command ends when it is run again, whatever it was doing.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planClass } from '../../../tasks/classroom/class.ts';
import { keysFile, readRecord, recordFile } from '../../../tasks/classroom/folder.ts';
import { classroomWith } from '../../../tasks/classroom.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Plan } from '../../../tasks/steps/task.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';

const folder = ownFolderOfEach();
const profile = await readProfile('local', []);
const students = ['ada', 'bob', 'eve'];

const namespaceOf = (student: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: `class-${student}`, labels: { 'firesteel/class': 'class', 'firesteel/student': student } },
});

function list(...people: string[]): string {
  const path = join(folder(), 'list.txt');
  writeFileSync(path, people.join('\n'));
  return path;
}

/** A class with a seat for each of its students. */
async function aClass(): Promise<{ context: Context; live: () => string[] }> {
  const { after, keys } = await planClass(profile, { path: list(...students), isPruned: false });
  await writeFiles([recordFile('class', after), keysFile('class', keys)]);
  const { kube, objects } = memoryKube(students.map(namespaceOf));
  const context = plainContext({ profile, cluster: clusters.local, kube, read: async () => '' });
  return { context, live: () => objects.map(({ metadata }) => metadata.name) };
}

const planned = (context: Context, words: readonly string[], isPruned = false): Promise<Plan> =>
  planIn(classroomWith({ isPruned }), context, words);

const about = ['Save students and keys', 'Remove seats of students who left'];

/** Does what changes record and seats, up to this number of steps. */
async function perform({ steps }: Plan, context: Context, most = about.length): Promise<void> {
  const own = (steps as SingleStep[]).filter(({ title }) => about.includes(title));
  expect(own.map(({ title }) => title)).toEqual(about);
  for (const step of own.slice(0, most)) if (!(await step.skip?.(context))) await step.run(context, { line: () => {} });
}

const commands = [
  ['remove bob', ['remove', 'bob'], false],
  ['apply --prune', ['apply'], true],
] as const;

const withList = (words: readonly string[]) => (words[0] === 'apply' ? [...words, list('ada', 'eve')] : words);

test.each(commands.flatMap((command) => [0, 1, 2].map((most) => [most, ...command] as const)))(
  'after its end at step %i, %s ends when run again',
  async (most, _, words, isPruned) => {
    const { context, live } = await aClass();
    await perform(await planned(context, withList(words), isPruned), context, most);
    if (most < 2) {
      const plan = await planned(context, withList(words), isPruned);
      expect(await plan.questions?.(context)).toMatchObject({
        deletes: ['the seat of bob, with all the work in it'],
      });
      await perform(plan, context);
    }
    expect(live()).toEqual(['class-ada', 'class-eve']);
    expect((await readRecord('class'))?.former).toEqual([{ name: 'bob', key: 'bob' }]);
  },
);

test('a command that ends after the seat and before its record ends when run again', async () => {
  const { context, live } = await aClass();
  let writes = 0;
  const killed: Context = {
    ...context,
    write: async (files) => {
      writes += 1;
      if (writes > 1) throw new Error('killed');
      await context.write(files);
    },
  };
  await expect(perform(await planned(killed, ['remove', 'bob']), killed)).rejects.toThrow('killed');
  expect(live()).toEqual(['class-ada', 'class-eve']);
  await perform(await planned(context, ['remove', 'bob']), context);
  expect((await readRecord('class'))?.former).toEqual([{ name: 'bob', key: 'bob' }]);
});

test('an apply without --prune asks about the seat that an interrupted command has left', async () => {
  const { context, live } = await aClass();
  await perform(await planned(context, ['remove', 'bob']), context, 1);
  const plan = await planned(context, ['apply']);
  expect((await plan.questions?.(context))?.deletes).toEqual(['the seat of bob, with all the work in it']);
  await perform(plan, context);
  expect(live()).toEqual(['class-ada', 'class-eve']);
});

test.each([
  ['add', 'dan'],
  ['rotate', 'ada'],
])('%s, which does not ask, removes no seat', async (...words) => {
  const { context, live } = await aClass();
  await perform(await planned(context, ['remove', 'bob']), context, 1);
  await perform(await planned(context, words), context);
  expect(live()).toContain('class-bob');
  expect((await readRecord('class'))?.former).toEqual([{ name: 'bob', key: 'bob', hasSeat: true }]);
});

test('a start that waited while such a seat was removed goes on', async () => {
  const { context } = await aClass();
  await perform(await planned(context, ['remove', 'bob']), context, 1);
  const { steps } = await planned(context, ['start']);
  await perform(await planned(context, ['remove', 'bob']), context);
  const lock = (steps as SingleStep[]).find(({ title }) => title === 'Lock the class');
  await expect(lock?.run(context, { line: () => {} })).resolves.toBeUndefined();
});

test('a student who comes back before that keeps the seat', async () => {
  const { context, live } = await aClass();
  await perform(await planned(context, ['remove', 'bob']), context, 1);
  await perform(await planned(context, ['add', 'bob']), context);
  await perform(await planned(context, ['apply']), context);
  expect(live()).toContain('class-bob');
  expect(await readRecord('class')).toMatchObject({ students: students.map((name) => ({ name })), former: [] });
});

test('a namespace that cannot be removed stops no other, and is removed the next time', async () => {
  const { context, live } = await aClass();
  const stuck = {
    ...context,
    kube: {
      ...context.kube,
      removeNamespaces: async (...[names, options]: Parameters<Context['kube']['removeNamespaces']>) => {
        const others = names.filter((name) => name !== 'class-ada');
        await context.kube.removeNamespaces(others, options);
        return new Map([['class-ada', 'held by finalizer kubernetes']]);
      },
    },
  };
  const plan = await planned(stuck, ['remove', 'ada', 'bob', 'eve']);
  await perform(plan, stuck);
  expect(live()).toEqual(['class-ada']);
  expect(await plan.done?.(stuck)).toEqual(['ada: the seat is not removed: held by finalizer kubernetes']);
  expect(plan.exitCode?.(stuck)).toBe(4);
  // Also the last student of all.
  await perform(await planned(context, ['remove', 'ada']), context);
  expect(live()).toEqual([]);
});
