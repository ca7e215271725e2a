// Nobody gets the seat of someone else: ids that count rows, addresses that share a local part, names with more parts.
import { describe, expect, test } from 'vitest';
import type { ClassRecord } from '../../../../tasks/classroom/folder.ts';
import { planRoster, recordAfter } from '../../../../tasks/classroom/roster/plan.ts';
import { type Roster, readRoster } from '../../../../tasks/classroom/roster/read.ts';
import type { Student } from '../../../../tasks/classroom/types.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const list = (rows: readonly string[], columns: string[] = []): Promise<Roster> =>
  readRoster(put('list.csv', `${rows.join('\n')}\n`), columns);

const classOf = (roster: Roster): ClassRecord =>
  recordAfter(undefined, planRoster(undefined, roster, 'readable'), roster.by, false);

/** The seat of each person, or the refusal. */
function seats(record: ClassRecord, roster: Roster): string[] | string {
  try {
    return planRoster(record, roster, 'readable').students.map(({ shown, name }) => `${shown}: ${name}`);
  } catch (error) {
    return usageText(error);
  }
}

const before = ['ID,Name', '1,Ada', '2,Grace', '3,Mary'];
const after = ['ID,Name', '1,Ada', '2,Emmy', '3,Grace', '4,Mary'];

describe('an id that counts the rows', () => {
  const notice =
    '`ID` only counts the rows, so names identify people; if it stays with each person, choose it with --column "id=ID"';

  test('identifies nobody, and gives nobody the seat of another', async () => {
    const first = await list(before);
    expect([first.by, first.notices]).toEqual([{ field: 'name' }, [notice]]);
    expect(seats(classOf(first), await list(after))).toEqual(['Ada: ada', 'Emmy: emmy', 'Grace: grace', 'Mary: mary']);
  });

  test('identifies nobody where staff leave gaps', async () => {
    const rows = ['ID,Name,Role', '1,Rita,Teacher', '2,Ada,Student', '3,Rosa,Teacher', '4,Grace,Student'];
    expect((await list(rows)).by).toEqual({ field: 'name' });
  });

  test('is no mark beside another column either', async () => {
    const { people, notices } = await list(['ID,Name,Login', '1,Ada,ada', '2,Grace,grace']);
    expect([people.map(({ id }) => id), notices]).toEqual([[undefined, undefined], []]);
  });

  test('identifies people if chosen', async () => {
    const { by, people, notices } = await list(before, ['id=ID']);
    expect([by, people.map(({ key }) => key), notices]).toEqual([{ field: 'id', column: 'ID' }, ['1', '2', '3'], []]);
  });

  test.each([
    ['begin elsewhere', ['ID,Name', '7,Ada', '8,Grace']],
    ['stand in another order', ['ID,Name', '2,Ada', '1,Grace']],
    ['have zeros', ['ID,Name', '01,Ada', '02,Grace']],
    ['are longer', ['Student ID,Name', '20261234,Ada', '20261235,Grace']],
    ['are all there is', ['ID', '1', '2']],
  ])('is not what numbers are that %s', async (_, rows) => expect((await list(rows)).by.field).toBe('id'));

  test('does not change how a class is identified: the list is refused, with the flag that keeps it', async () => {
    const counted = classOf(await list(before, ['id=ID']));
    expect(seats(counted, await list(before))).toBe(
      'the list has no student of the class: the class identifies 3 students by `ID`, the list 3 students by name\n→ choose the column that identified the students until now: --column "id=ID"; or set another classroom.name',
    );
    expect(seats(counted, await list(before, ['id=ID']))).toEqual(['Ada: ada', 'Grace: grace', 'Mary: mary']);
  });

  test('is refused where it gives seats to others', async () => {
    const counted = classOf(await list(before, ['id=ID']));
    expect(seats(counted, await list(after, ['id=ID']))).toBe(
      'by `ID`, the list gives 2 students the seat of another: Emmy that of Grace and Grace that of Mary\n→ choose a column that stays with each person: --column id=TITLE',
    );
    // Who comes before the last one takes one seat alone.
    expect(seats(counted, await list(['ID,Name', '1,Ada', '2,Grace', '3,Emmy', '4,Mary'], ['id=ID']))).toContain(
      'Emmy that of Mary',
    );
  });
});

test('a name that changes is no other person, also where someone new has the old one', async () => {
  const record = classOf(await list(['Login,Name', 'ada,Ada Lovelace', 'grace,Grace Hopper']));
  expect(seats(record, await list(['Login,Name', 'ada,Ada King', 'grace,GRACE HOPPER', 'a2,Ada Lovelace']))).toEqual([
    'Ada King: ada-lovelace',
    'GRACE HOPPER: grace-hopper',
    expect.stringMatching(/^Ada Lovelace: ada-lovelace-\w{4}$/),
  ]);
});

test('a class of names keeps its seats when the list gets logins', async () => {
  const names = ['Ada Lovelace', 'Grace Hopper', 'Mary Somerville'];
  const record = classOf(await list(['Name', ...names]));
  const roster = await list(['Login,Name', 'al,Ada Lovelace', 'gh,Grace Hopper', 'ms,Mary Somerville']);
  expect(seats(record, roster)).toEqual(record.students.map(({ shown, name }) => `${shown}: ${name}`));
  const both = recordAfter(record, planRoster(record, roster, 'readable'), roster.by, false);
  expect(both.students.map(({ key }) => key)).toEqual(['al', 'gh', 'ms']);
});

describe('addresses without names', () => {
  const before = ['Email', 'ada@x.example', 'grace@x.example', 'mary@x.example'];

  test('keep their seats when all get another domain', async () => {
    const after = before.map((line) => line.replace('x.example', 'y.example'));
    const { diff } = planRoster(classOf(await list(before)), await list(after), 'readable');
    expect([diff.added, diff.gone]).toEqual([[], []]);
  });

  test('are new where others keep the domain', async () => {
    const after = ['Email', 'ada@y.example', 'grace@x.example', 'mary@x.example'];
    const { diff } = planRoster(classOf(await list(before)), await list(after), 'readable');
    expect(diff.added.map(({ email }) => email)).toEqual(['ada@y.example']);
  });
});

describe('a name with another apostrophe or dash', () => {
  test.each([
    ["Sam O'Neil", 'Sam O’Neil'],
    ['Anne-Marie Lovelace', 'Anne‑Marie Lovelace'],
    ['Anne-Marie Lovelace', 'Anne Marie Lovelace'],
    ['J. R. Hopper', 'J R Hopper'],
    ['José Núñez', 'Jose Nunez'],
  ])('keeps the seat: %s, %s', async (old, now) => {
    const record = classOf(await list(['Name', old, 'Grace']));
    const seat = record.students.find(({ shown }) => shown === old)?.name;
    expect(seats(record, await list(['Name', now, 'Grace']))).toEqual([`${now}: ${seat}`, 'Grace: grace']);
  });

  test('does not where two people have it', async () => {
    const record = classOf(await list(['Name', "Sam O'Neil", 'Grace']));
    const both = seats(record, await list(['Name', 'Sam O’Neil', 'Sam ONeil', 'Grace']));
    expect(both).not.toContain('Sam O’Neil: sam-oneil');
  });

  test('is no matter of logins, where a dot makes another person', async () => {
    const record = classOf(await list(['Login', 'jo.e', 'grace', 'mary']));
    expect(seats(record, await list(['Login', 'joe', 'grace', 'mary']))).toContain('joe: joe');
  });
});

describe('people whose addresses share what stands before the @', () => {
  const john = ['Name,Email', 'John Smith,j.smith@x.example', 'Ada,ada@x.example'];
  const jane = ['Name,Email', 'Jane Smith,j.smith@students.x.example', 'Ada,ada@x.example'];

  test('are two if their names differ, in every later list, too', async () => {
    const record = classOf(await list(john));
    const roster = await list(jane);
    expect(seats(record, roster)).toEqual(['Jane Smith: jane-smith', 'Ada: ada']);
    const both = recordAfter(record, planRoster(record, roster, 'readable'), roster.by, false);
    expect(new Set(both.students.map(({ key }: Student) => key)).size).toBe(3);
    expect(seats(both, await list(jane))).toEqual(['Jane Smith: jane-smith', 'Ada: ada']);
    expect(seats(both, await list([...jane, 'John Smith,j.smith@x.example']))).toEqual([
      'Jane Smith: jane-smith',
      'Ada: ada',
      'John Smith: john-smith',
    ]);
  });

  test.each([
    ['with another domain', 'Name,Email', 'John Smith,j.smith@y.example'],
    ['with another name', 'Name,Email', 'John Doe,J.Smith@x.example'],
    ['with a login', 'Login,Name,Email', 'j.smith,John Doe,j.smith@y.example'],
  ])('are one %s', async (_, titles, row) => {
    const with3 = ['Login,Name,Email', 'j.smith,John Smith,j.smith@x.example'];
    const record = classOf(await list(titles.startsWith('Login') ? with3 : john));
    expect(seats(record, await list([titles, row]))).toEqual([expect.stringMatching(/: john-smith$/)]);
  });
});

test.each([
  ['a prefix', 'Voornaam;Achternaam', 'Jan;Vries', 'Voornaam;Tussenvoegsel;Achternaam', 'Jan;de;Vries'],
  ['a second last name', 'Nombre;Apellido1', 'Ana;Ruiz', 'Nombre;Apellido1;Apellido2', 'Ana;Ruiz;López'],
])('who gets %s keeps the seat', async (_, titles, row, newTitles, newRow) => {
  const record = classOf(await list([titles, row, 'Eva;Bakker']));
  const roster = await list([newTitles, newRow, newRow.includes(';de;') ? 'Eva;;Bakker' : 'Eva;Bakker;']);
  const { diff, students } = planRoster(record, roster, 'readable');
  expect([diff.added, diff.gone, diff.renamed.length]).toEqual([[], [], 1]);
  expect(students.every((student) => !('shortKey' in student))).toBe(true);
});
