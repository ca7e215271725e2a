// A class from its list, its folder, and what is said on the command line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ClassPlan,
  keptClass,
  planClass,
  seatsOf,
  withNewKeysFor,
  withoutStudents,
  withTyped,
} from '../../../tasks/classroom/class.ts';
import { keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { readProfile } from '../../../tasks/profile/read.ts';

let folder = '';
const home = process.env['XDG_DATA_HOME'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  process.env['XDG_DATA_HOME'] = folder;
});
afterEach(() => {
  if (home === undefined) delete process.env['XDG_DATA_HOME'];
  else process.env['XDG_DATA_HOME'] = home;
  rmSync(folder, { recursive: true });
});

const profile = (...sets: string[]) => readProfile('local', sets);

function list(...people: string[]): string {
  const path = join(folder, 'list.txt');
  writeFileSync(path, people.join('\n'));
  return path;
}

const keep = ({ after, keys }: ClassPlan) => writeFiles([recordFile('class', after), keysFile('class', keys)]);
const place = { address: '192.0.2.1', port: 8443 };
const names = ({ after }: ClassPlan) => after.students.map(({ name }) => name);
const planned = async (path: string, isPruned = false) => planClass(await profile(), { path, isPruned });

test('without a list and without students it says how to begin', async () =>
  expect(planClass(await profile(), { isPruned: false })).rejects.toMatchObject({
    message: 'the class has no students and no class list',
    hint: 'name a list: firesteel classroom apply roster.csv',
    exitCode: 2,
  }));

const keepAs = async (name: string) => {
  const { after, keys } = await planClass(await profile(`classroom.name=${name}`), {
    path: list('Ada Lovelace'),
    isPruned: false,
  });
  await writeFiles([recordFile(name, after), keysFile(name, keys)]);
};
const known = 'classes on this machine: ml202, spark101';
const naming = (name: string) => `name the class in the profile, or in the command: --set classroom.name=${name}`;

test('without a name, none of several known classes is taken, and no other made of the list', async () => {
  await keepAs('spark101');
  await keepAs('ml202');
  const failure = { message: `no class is named; ${known}`, hint: naming('ml202'), exitCode: 2 };
  await expect(keptClass(await profile())).rejects.toMatchObject(failure);
  await expect(planned(list('Ada Lovelace'))).rejects.toMatchObject(failure);
  await expect(withTyped(await profile(), ['Grace Hopper'])).rejects.toMatchObject(failure);
});

test('a mistyped name is answered with all known ones and the nearest, but a list makes a new class of it', async () => {
  await keepAs('spark101');
  await keepAs('ml202');
  const mistyped = await profile('classroom.name=spark10');
  await expect(keptClass(mistyped)).rejects.toMatchObject({
    message: `class spark10 has no students; ${known}`,
    hint: naming('spark101'),
    exitCode: 2,
  });
  expect(names(await planClass(mistyped, { path: list('Grace Hopper'), isPruned: false }))).toEqual(['grace-hopper']);
});

test('an existing class may have no name', async () => {
  await keep(await planned(list('Ada Lovelace')));
  await keepAs('spark101');
  expect(names(await keptClass(await profile()))).toEqual(['ada-lovelace']);
});

test('a seat keeps its port when others come and go', async () => {
  await keep(await planned(list('Ada Lovelace', 'Grace Hopper')));
  const before = seatsOf(await profile(), await keptClass(await profile()), place);
  await keep(await planned(list('Aaron Aardvark', 'Grace Hopper'), true));
  const after = seatsOf(await profile(), await keptClass(await profile()), place);
  const hostOf = (seats: typeof before, student: string) => seats.find((seat) => seat.student === student)?.host;
  expect(hostOf(after, 'grace-hopper')).toBe(hostOf(before, 'grace-hopper'));
  // The place that is free is taken again.
  expect(hostOf(after, 'aaron-aardvark')).toBe(hostOf(before, 'ada-lovelace'));
});

test('an address of IPv6 is what browsers send', async () => {
  await keep(await planned(list('Ada Lovelace')));
  const at = { address: '2001:DB8:0:0::01', port: 8443 };
  const [seat] = seatsOf(await profile(), await keptClass(await profile()), at);
  expect(seat?.host).toBe('[2001:db8::1]:8443');
});

test('with a domain each seat is a host', async () => {
  await keep(await planned(list('Ada Lovelace')));
  const [seat] = seatsOf(await profile('classroom.door.domain=class.example.org'), await keptClass(await profile()), {
    address: '',
    port: 443,
  });
  expect(seat?.host).toBe('ada-lovelace.class.example.org');
});

test('students who are not in the list stay until they are pruned', async () => {
  await keep(await planned(list('Ada Lovelace', 'Grace Hopper')));
  expect(names(await planned(list('Grace Hopper')))).toEqual(['ada-lovelace', 'grace-hopper']);
  const pruned = await planned(list('Grace Hopper'), true);
  expect(names(pruned)).toEqual(['grace-hopper']);
  expect(pruned.leaving.map(({ name }) => name)).toEqual(['ada-lovelace']);
  expect(pruned.keys.has('ada-lovelace')).toBe(false);
});

test('a student is added by name, and nobody leaves for it', async () => {
  await keep(await planned(list('Ada Lovelace', 'Emmy Noether', 'Mary Somerville')));
  const plan = await withTyped(await profile(), ['Grace Hopper']);
  expect(names(plan)).toEqual(['ada-lovelace', 'emmy-noether', 'grace-hopper', 'mary-somerville']);
  expect(plan.list?.plan.diff).toMatchObject({ added: [{ name: 'grace-hopper' }], gone: [] });
});

test('a student is removed by name; an unknown name is refused with the nearest', async () => {
  await keep(await planned(list('Ada Lovelace', 'Grace Hopper')));
  expect(names(await withoutStudents(await profile(), ['ada-lovelace']))).toEqual(['grace-hopper']);
  await expect(withoutStudents(await profile(), ['ada-lovelase'])).rejects.toMatchObject({
    message: 'no student is named "ada-lovelase"; did you mean "ada-lovelace"?',
    exitCode: 2,
  });
});

test('new keys for one student leave all other students and the port unchanged', async () => {
  await keep(await planned(list('Ada Lovelace', 'Grace Hopper')));
  const before = (await keptClass(await profile())).keys;
  const after = (await withNewKeysFor(await profile(), 'ada-lovelace')).keys;
  expect(after.get('grace-hopper')).toEqual(before.get('grace-hopper'));
  expect(after.get('ada-lovelace')?.code).not.toBe(before.get('ada-lovelace')?.code);
  expect(after.get('ada-lovelace')?.number).toBe(before.get('ada-lovelace')?.number);
});
