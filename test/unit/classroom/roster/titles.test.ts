// Titles that are written in many ways, and the separators between them.
import { describe, expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const read = (...rows: string[]) => readRoster(put('list.csv', `${rows.join('\n')}\n`));

const ada = { key: 'ada', shown: 'Ada Lovelace', email: 'ada@x.example' };

test.each([
  [
    'with remarks of Google Workspace',
    'First Name [Required],Last Name [Required],Email Address [Required]',
    'Ada,Lovelace,',
  ],
  ['with a remark that has an @', 'Name,Email (must end in @x.example)', 'Ada Lovelace,'],
  ['with a remark and a star', 'Name *,Email (university) *', 'Ada Lovelace,'],
  ['of Zoom', 'Name (Original Name),User Email', 'Ada Lovelace,'],
  ['in two languages', 'Name / Nom,Email / Courriel', 'Ada Lovelace,'],
  ['in three languages', 'Name / Nom / Nome,E-Mail / Courriel / Indirizzo email', 'Ada Lovelace,'],
  ['in the plural', 'Student names,Email addresses', 'Ada Lovelace,'],
  ['that name both parts', '"Last Name, First Name",Email', '"Lovelace, Ada",'],
  ['that name both parts with a slash', 'First name / Last name,Email', 'Ada Lovelace,'],
  ['of a German school', 'Name, Vorname;E-Mail', 'Lovelace, Ada;'],
  ['of a German office', 'Vor- und Nachname;E-Mail', 'Ada Lovelace;'],
  ['of a German class', 'Schüler/in;E-Mail', 'Lovelace, Ada;'],
  ['of a French class', 'Élève;Courriel', 'Ada Lovelace;'],
  ['of a Spanish class', 'Alumno/a;Correo', 'Lovelace, Ada;'],
  ['of a Portuguese class', 'Aluno(a);Endereço de email', 'Ada Lovelace;'],
])('titles %s are known', async (_, titles, name) =>
  expect((await read(titles, `${name}ada@x.example`)).people).toMatchObject([ada]),
);

test('a title without a remark comes first, and one with a number in brackets is an assignment', async () => {
  const { people, notices } = await read(
    'Name,Email (private),Email,Group (1234),Team',
    'Ada Lovelace,al@home.example,ada@x.example,9,red',
  );
  expect(people).toMatchObject([{ ...ada, group: 'red' }]);
  expect(notices).toEqual([]);
  expect((await read('Name,Login,Group (1234)', 'Ada,ada,9')).people[0]?.group).toBeUndefined();
});

test.each([
  ['words that differ in meaning', 'Name / Group', 'Ada'],
  ['a word that is unknown', 'Name / Wer', 'Ada'],
])('a title of %s is none', async (_, title, name) =>
  expect((await read(`Login,${title}`, `ada,${name}`)).people).toMatchObject([{ shown: 'ada' }]),
);

describe('a name has all its parts:', () => {
  test.each([
    ['Dutch', 'Roepnaam;Tussenvoegsel;Achternaam', ['Jan;de;Vries', 'Eva;;Bakker'], ['Jan de Vries', 'Eva Bakker']],
    ['Spanish', 'Apellido1;Apellido2;Nombre', ['García;López;Ana', 'Smith;;John'], ['Ana García López', 'John Smith']],
    ['Spanish in words', 'Primer apellido;Segundo apellido;Nombre', ['García;Ruiz;Ana'], ['Ana García Ruiz']],
    [
      'Japanese in kana',
      '名,姓',
      ['さくら,佐藤', 'ユイ,一ノ瀬', '太郎,山田'],
      ['佐藤さくら', '一ノ瀬ユイ', '山田太郎'],
    ],
    ['foreign in Japanese', '名,姓', ['マリー,キュリー'], ['マリー キュリー']],
  ])('%s', async (_, titles, rows, names) =>
    expect((await read(titles, ...rows)).people.map(({ shown }) => shown)).toEqual(names),
  );

  test('the list says from which columns', async () =>
    expect((await read('Voornaam;Tussenvoegsel;Achternaam', 'Jan;de;Vries')).columns).toBe(
      'people by `name`, names from `Voornaam`, `Tussenvoegsel` and `Achternaam`',
    ));
});

describe('an unknown column of addresses', () => {
  const notice = '`School Contact` holds addresses; use them with --column "email=School Contact"';

  test('is noticed, and used if chosen', async () => {
    const rows = ['Name,School Contact', 'Ada Lovelace,ada@x.example', 'Grace Hopper,grace@x.example'];
    expect((await read(...rows)).notices).toEqual([notice]);
    const chosen = await readRoster(put('list.csv', `${rows.join('\n')}\n`), ['email=School Contact']);
    expect([chosen.people[0]?.email, chosen.notices]).toEqual(['ada@x.example', []]);
  });

  test.each([
    ['other addresses are known', 'Name,Email,Parents', 'Ada,ada@x.example,p@x.example'],
    ['logins are addresses', 'Name,Login,Parents', 'Ada,ada@x.example,p@x.example'],
  ])('is not noticed where %s', async (_, titles, row) => expect((await read(titles, row)).notices).toEqual([]));
});

describe('the separator is', () => {
  test.each([
    [
      'a tab, although times have commas',
      ['Name\tJoined\tLeft', 'Ada\t1/2/26, 9:00 AM\t1/2/26, 9:30 AM', 'Grace\t1/2/26, 9:00 AM\t1/2/26, 9:30 AM'],
    ],
    ['a comma, although a tab stands behind it', ['Name,\tNote', 'Ada,\tx', 'Grace,\ty']],
    ['a comma, although groups have semicolons', ['Name,Group', 'Ada,A;B', 'Grace,B;C']],
    ['a comma, although notes have tabs', ['Name,Note', 'Ada,"1\t2"', 'Grace,"3\t4"']],
  ])('%s', async (_, rows) => {
    expect((await read(...rows)).people.map(({ shown }) => shown)).toEqual(['Ada', 'Grace']);
  });

  test("a tab in Teams' attendance report, of which the table of participants is read", async () => {
    const times = '11/2/26, 9:00:00 AM\t11/2/26, 10:00:00 AM\t1h';
    const text = [
      '1. Summary',
      'Meeting title\tSpark 101',
      'Start time\t11/2/26, 9:00:00 AM',
      '',
      '2. Participants',
      'Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole',
      ...['Ada\tPresenter', 'Grace\tAttendee', 'Mary\tAttendee'].map((person) => {
        const [name = '', role] = person.split('\t');
        return `${name}\t${times}\t${name.toLowerCase()}@x.example\t${name.toLowerCase()}@x.example\t${role}`;
      }),
      '',
      '3. In-Meeting Activities',
      'Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole',
      `Grace\t${times}\tgrace@x.example\tAttendee`,
      `Grace\t${times}\tgrace@x.example\tAttendee`,
    ].join('\r\n');
    const list = put('list.csv', Buffer.from(`\ufeff${text}\r\n`, 'utf16le'));
    const { people, notices } = await readRoster(list);
    expect(people.map(({ key, row }) => `${row} ${key}`)).toEqual(['8 grace', '9 mary']);
    expect(notices).toEqual(['left out: 1 row that has `Role` "Presenter"']);
  });
});

test('names and first names that a comma separates without a title are refused as before', async () =>
  expect(await read('Lovelace;Ada', 'Hopper;Grace').then(() => 'read', usageText)).toMatch(/no row of the first 20 /));
