// Rows that are no students: staff in many languages, people who left, totals; and cells that are empty.
import { describe, expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const read = (...rows: string[]) => readRoster(put('list.csv', `${rows.join('\n')}\n`));
const shown = async (...rows: string[]) => (await read(...rows)).people.map((person) => person.shown);

test.each([
  '教師',
  '編集権限のない教師',
  '无编辑权教师',
  '老师',
  '교수',
  'Ассистент (без права редактирования)',
  'Studentische Hilfskraft',
  'TA',
  'Host',
  'Manager',
  'Owner, Manager',
])('a %s is staff', async (role) =>
  expect(await shown('Name,Login,Role', `Rita,rita,"${role}"`, 'Ada,ada,Student')).toEqual(['Ada']),
);

test.each(['学生', '학생', 'Студент', 'Studierende', 'Product Owner', 'Project Manager', 'Ghostwriter', 'Data'])(
  'a %s has a seat',
  async (role) => expect(await shown('Name,Login,Role', `Ada,ada,${role}`)).toEqual(['Ada']),
);

test('who is to be deleted has left', async () => {
  const { people, notices } = await read('Name,Login,Status', 'Ada,ada,active', 'Grace,grace,tobedeleted');
  expect(people.map((person) => person.shown)).toEqual(['Ada']);
  expect(notices).toEqual(['left out: 1 row that has `Status` "tobedeleted"']);
});

describe('a row of totals is left out', () => {
  test.each([
    'Total',
    'Average',
    'Ergebnis',
    'Gesamt',
    'Summe',
    'Mittelwert',
    'Somme',
    'Suma',
    'Média',
    'Total: 1 student',
  ])('at the end of names and of addresses: %s', async (word) => {
    const names = await read('Name,Score', 'Ada,5', `${word},5`);
    const addresses = await read('Name,Email,Score', 'Ada,ada@x.example,5', `${word},,5`);
    for (const { people, notices } of [names, addresses]) {
      expect(people.map((person) => person.shown)).toEqual(['Ada']);
      expect(notices).toEqual([`left out: 1 row that is "${word}", not a person`]);
    }
  });

  test('but not above the last three of names, in a typed list, or with a login', async () => {
    expect(await shown('Name,Score', 'Media,5', 'Ada,1', 'Grace,2', 'Mary,3')).toEqual([
      'Media',
      'Ada',
      'Grace',
      'Mary',
    ]);
    expect(await shown('Ada', 'Total')).toEqual(['Ada', 'Total']);
    expect(await shown('Name,Login', 'Ada,ada', 'Total,total')).toEqual(['Ada', 'Total']);
  });
});

describe('a placeholder', () => {
  test.each(['-', '–', 'n/a', 'N/A', 'NA', 'NULL', 'null', 'None'])('%s is no login', async (word) => {
    const { by, notices } = await read('Login,Email,Name', `${word},ada@x.example,Ada`, 'gh,grace@x.example,Grace');
    expect(by).toEqual({ field: 'email', column: 'Email' });
    expect(notices).toEqual(['`Login` is empty in row 2, so `Email` identifies people']);
  });

  test('that everybody has leaves another column', async () =>
    expect((await read('Student ID,Name', 'n/a,Ada', 'n/a,Grace')).by).toEqual({ field: 'name' }));

  test('that nothing replaces is refused', async () =>
    expect(await read('Login,Name', 'NULL,Ada', 'gh,Grace').then(() => 'read', usageText)).toContain(
      'row 2: `Login` is empty',
    ));

  test('can be a name, and na a login', async () => {
    expect(await shown('Name,Login', 'Null,jn', 'Na,na', 'Ada,ada')).toEqual(['Null', 'Na', 'Ada']);
    expect((await read('Name,Login', 'Na,na')).people).toMatchObject([{ key: 'na' }]);
  });
});
