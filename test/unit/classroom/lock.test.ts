// Two runs at one class on this machine: the second one says who is at it, and none works with what it read before.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planClass, withTyped } from '../../../tasks/classroom/class.ts';
import { classPath, keysFile, readRecord, recordFile } from '../../../tasks/classroom/folder.ts';
import { classroomWith } from '../../../tasks/classroom.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Task } from '../../../tasks/steps/task.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { planFor } from '../../plan-of.ts';

const folder = ownFolderOfEach();
const profile = await readProfile('local', []);
const stepsOf = async (task: Task, args: readonly string[]) =>
  (await planFor(task, profile, args)).steps as SingleStep[];

async function perform(steps: readonly SingleStep[], ...titles: string[]): Promise<void> {
  for (const title of titles)
    await steps
      .find((step) => step.title === title)
      ?.run({ profile, write: writeFiles } as unknown as Context, { line: () => {} });
}

function list(...people: string[]): string {
  const path = join(folder(), 'list.txt');
  writeFileSync(path, people.join('\n'));
  return path;
}

const keep = async (planned: ReturnType<typeof planClass>) => {
  const { after, keys } = await planned;
  await writeFiles([recordFile('class', after), keysFile('class', keys)]);
};

const lock = 'Lock the class';

test.each([
  ['apply', true],
  ['add', true],
  ['remove', true],
  ['rotate', true],
  ['start', true],
  ['resume', true],
  ['pause', true],
  ['reset', true],
  ['push', true],
  ['verify', true],
  ['destroy', true],
  ['plan', false],
  ['status', false],
  ['open', false],
  ['collect', false],
  ['handouts', false],
  ['door', false],
])('%s keeps others from changing the class: %s', async (action, isLocked) => {
  await keep(planClass(profile, { path: list('Ada Lovelace'), isPruned: false }));
  const word =
    { plan: list('Ada Lovelace'), apply: list('Ada Lovelace'), push: list('x'), add: 'Grace Hopper' }[action] ??
    'ada-lovelace';
  expect((await stepsOf(classroomWith(), [action, word])).some(({ title }) => title === lock)).toBe(isLocked);
});

test.each(['reset', 'rotate', 'open', 'remove'])(
  '%s of a student whom the class lacks plans nothing',
  async (action) => {
    await keep(planClass(profile, { path: list('Ada Lovelace'), isPruned: false }));
    await expect(stepsOf(classroomWith(), [action, 'ada-lovelac'])).rejects.toMatchObject({
      message: 'no student is named "ada-lovelac"; did you mean "ada-lovelace"?',
      exitCode: 2,
    });
  },
);

test('a start that waits for its time locks the class after that', async () => {
  await keep(planClass(profile, { path: list('Ada Lovelace'), isPruned: false }));
  const titles = (await stepsOf(classroomWith({ at: '08:30' }), ['start'])).map(({ title }) => title);
  expect(titles.indexOf(lock)).toBe(titles.findIndex((title) => title.startsWith('Wait until 08:30 to')) + 1);
});

test('a second run names the process that changes the class, and its command', async () => {
  await keep(planClass(profile, { path: list('Ada Lovelace'), isPruned: false }));
  const holder = `
    import { tryTurn } from '${projectPath('tasks', 'core', 'turn.ts')}';
    await tryTurn('${classPath('class')}', 'classroom start');
    process.stdout.write('held');
    setInterval(() => {}, 1000);
  `;
  const child = spawn('node', ['--import', 'tsx', '--input-type=module', '--eval', holder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await expect(perform(await stepsOf(classroomWith(), ['apply']), lock)).rejects.toMatchObject({
    message: `process ${child.pid} (classroom start) is changing the class`,
    hint: 'wait until that process ends, then run the command again',
    exitCode: 1,
  });
});

test('what another run has changed in between stays', async () => {
  await keep(planClass(profile, { path: list('Ada Lovelace'), isPruned: false }));
  const task = classroomWith();
  const args = ['add', 'Grace Hopper'];
  const steps = await stepsOf(task, args);
  await keep(withTyped(profile, ["Sam O'Neil"]));
  await perform(steps, lock, 'Save students and keys');
  expect((await readRecord('class'))?.students.map(({ name }) => name)).toEqual([
    'ada-lovelace',
    'grace-hopper',
    'sam-oneil',
  ]);
});

test('no student leaves who was not listed before the question', async () => {
  await keep(planClass(profile, { path: list('Ada Lovelace'), isPruned: false }));
  const task = classroomWith({ isPruned: true });
  const args = ['apply', list('Ada Lovelace')];
  const steps = await stepsOf(task, args);
  await keep(withTyped(profile, ['Grace Hopper']));
  await expect(perform(steps, lock)).rejects.toMatchObject({
    message: 'another run has changed which students leave the class',
    exitCode: 1,
  });
});
