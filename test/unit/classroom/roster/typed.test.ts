// Typed lists as editors write them, and attendance lists of meetings.
import { expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const shown = async (...lines: string[]) =>
  (await readRoster(put('list.txt', `${lines.join('\n')}\n`))).people.map((person) => person.shown);

test.each([
  ['numbers', ['1. Ada Lovelace', '2. Grace Hopper', '10. Mary Somerville']],
  ['numbers in brackets', ['1) Ada Lovelace', '2) Grace Hopper', '10) Mary Somerville']],
  ['numbers and tabs', ['1.\tAda Lovelace', '2.\tGrace Hopper', '10.\tMary Somerville']],
  ['numbers without a blank', ['1.Ada Lovelace', '2.Grace Hopper', '10.Mary Somerville']],
  ['dashes', ['- Ada Lovelace', '- Grace Hopper', '– Mary Somerville']],
  ['stars', ['* Ada Lovelace', '  * Grace Hopper', '* Mary Somerville']],
  ['bullets and tabs', ['•\tAda Lovelace', '•\tGrace Hopper', '•\tMary Somerville']],
  ['numbers and blanks', ['1 Ada Lovelace', '2 Grace Hopper', '3 Mary Somerville']],
  ['numbers in a column', ['1\tAda Lovelace', '2\tGrace Hopper', '3\tMary Somerville']],
  ['number signs', ['#1 Ada Lovelace', '#2 Grace Hopper', '#3 Mary Somerville']],
  ['bullets of Google Docs', ['● Ada Lovelace', '○ Grace Hopper', '■ Mary Somerville']],
  ['bullets of Word', ['\uf0b7\tAda Lovelace', '\uf0b7\tGrace Hopper', '\uf0b7\tMary Somerville']],
  ['ticks', ['✓ Ada Lovelace', '✔ Grace Hopper', '☐ Mary Somerville']],
  ['a heading', ['Students', 'Ada Lovelace', 'Grace Hopper', 'Mary Somerville']],
  ['a heading and a colon', ['Names:', 'Lovelace, Ada', 'Hopper, Grace', 'Somerville, Mary']],
  ['a heading above bullets', ['Participants', '- Ada Lovelace', '- Grace Hopper', '- Mary Somerville']],
  ['a heading that comes again', ['Name', 'Ada Lovelace', 'Grace Hopper', 'Name', 'Mary Somerville']],
  ['boxes', ['- [ ] Ada Lovelace', '- [x] Grace Hopper', '- [ ] Mary Somerville']],
  ['tabs alone', ['\tAda Lovelace', '\tGrace Hopper', '\tMary Somerville']],
  ['numbers, last name first', ['1. Lovelace, Ada', '2. Hopper, Grace', '3. Somerville, Mary']],
  [
    'numbers and addresses',
    ['1. Ada Lovelace <ada@x.example>', '2. Grace Hopper <gh@x.example>', '3. Mary Somerville <m@x.example>'],
  ],
])('a typed list with %s has the names alone', async (_, lines) =>
  expect(await shown(...lines)).toEqual(['Ada Lovelace', 'Grace Hopper', 'Mary Somerville']),
);

test('headings of any words are left out, with a notice', async () => {
  const list = put('list.txt', '# class 10b, winter\nAda Lovelace\nGroup B:\nGrace Hopper\n');
  const { people, notices } = await readRoster(list);
  expect(people.map((person) => person.shown)).toEqual(['Ada Lovelace', 'Grace Hopper']);
  expect(notices).toEqual(['left out: 2 rows that are headings, such as "# class 10b, winter" and "Group B:"']);
});

test.each([
  ['do not count the lines', ['1 Ada', '3 Grace', '2 Mary']],
  ['are all there is', ['1', '2', '3']],
  ['belong to a name', ['1 Ada', 'Grace 2', '3 Mary']],
])('numbers stay that %s', async (_, lines) => expect(await shown(...lines)).toEqual(lines));

test('lines that all look like headings are people', async () =>
  expect(await shown('#ada', '#grace')).toEqual(['#ada', '#grace']));

test('a list of numbers stays one, and a name may have a dash', async () => {
  expect(await shown('20261234', '20261235')).toEqual(['20261234', '20261235']);
  expect(await shown('Ada-Marie Lovelace', 'J. R. Hopper')).toEqual(['Ada-Marie Lovelace', 'J. R. Hopper']);
});

test.each(['Presenter', 'Organizer', 'Co-organizer', 'Host', 'Referent', 'Organisateur', 'Relatore'])(
  'who was a meeting’s %s is no student',
  async (role) => {
    const list = put('list.csv', `Name,Email,Role\nAda,ada@x.example,Attendee\nMary,m@x.example,${role}\n`);
    const { people, notices } = await readRoster(list);
    expect(people.map(({ shown: name }) => name)).toEqual(['Ada']);
    expect(notices).toEqual([`left out: 1 row that has \`Role\` "${role}"`]);
  },
);
