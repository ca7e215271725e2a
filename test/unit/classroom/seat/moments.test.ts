// The moments of a class: its end, and the time of start --at.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planClass } from '../../../../tasks/classroom/class.ts';
import { keysFile, recordFile } from '../../../../tasks/classroom/folder.ts';
import { nextTime, waitUntil } from '../../../../tasks/classroom/seat/start-steps.ts';
import { classroomWith } from '../../../../tasks/classroom.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { ownFolderOfEach } from '../../../own-folder.ts';
import { planFor } from '../../../plan-of.ts';

const folder = ownFolderOfEach();
const ended = await readProfile('local', ['classroom.end=2020-12-18T18:00']);
const lasting = await readProfile('local', ['classroom.end=2999-12-18T18:00']);

/** The list of a class that this machine knows. */
async function aList(): Promise<string> {
  const path = join(folder(), 'list.txt');
  writeFileSync(path, 'Ada');
  const { after, keys } = await planClass(ended, { path, isPruned: false });
  await writeFiles([recordFile('class', after), keysFile('class', keys)]);
  return path;
}

test.each([
  ['plan', true],
  ['apply', true],
  ['add', true],
  ['start', true],
  ['resume', true],
  ['status', false],
  ['collect', false],
  ['pause', false],
  ['destroy', false],
])('after the end of the class, %s is refused: %s', async (action, isRefused) => {
  const path = await aList();
  const words = [action, ...({ plan: [path], apply: [path], add: ['Grace'], collect: ['x'] }[action] ?? [])];
  const past = 'classroom.end: the class ended on 2020-12-18T18:00; set a later date and time';
  expect((await planFor(classroomWith(), ended, words)).problems ?? []).toEqual(isRefused ? [past] : []);
  expect((await planFor(classroomWith(), lasting, words)).problems ?? []).toEqual([]);
});

test.each(['25:99', '8', '08:60', 'morning', ''])('start --at %j is refused before anything runs', async (at) => {
  await aList();
  expect((await planFor(classroomWith({ at }), lasting, ['start'])).problems).toEqual([
    `--at ${at}: expected a time such as 08:30`,
  ]);
});

test.each([
  ['22:00', 'Wait until 22:00 today'],
  ['8:30', 'Wait until 08:30 tomorrow'],
])('at nine in the evening, --at %s is: %s', (text, title) => {
  const evening = new Date(2026, 11, 17, 21);
  const time = nextTime(text, evening);
  expect(time && waitUntil(time, evening).title).toBe(title);
});
