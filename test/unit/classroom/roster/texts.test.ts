// Lists as programs, terminals and editors write tables as text, and what they leave around cells and below lists.
import { describe, expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const read = (text: string) => readRoster(put('list.csv', text));
const people = async (text: string) => (await read(text)).people.map(({ key, shown }) => `${key}: ${shown}`);

const two = ['ada: Ada Lovelace', 'grace: Grace Hopper'];

test.each([
  ['a table in Markdown', '| Name | Login |\n|------|:-----|\n| Ada Lovelace | ada |\n| Grace Hopper | grace |\n'],
  [
    'the output of a database',
    ' name         | login\n--------------+-------\n Ada Lovelace | ada\n Grace Hopper | grace\n(2 rows)\n',
  ],
  ['blanks before quotes', 'Login, Name, Group\nada, "Lovelace, Ada", A\ngrace, "Hopper, Grace", B\n'],
  ['blanks behind quotes', 'Name,Login\n"Lovelace, Ada" ,ada\n"Hopper, Grace" ,grace\n'],
  ['single quotes', "'Name','Login'\n'Ada Lovelace','ada'\n'Grace Hopper','grace'\n"],
  ['quotes of a word processor', '“Name”,“Login”\n“Ada Lovelace”,“ada”\n„Grace Hopper“,«grace»\n'],
  ['the end mark of DOS', 'Name,Login\r\nAda Lovelace,ada\r\nGrace Hopper,grace\r\n\u001a'],
  ['zeros at the end', 'Name,Login\nAda Lovelace,ada\nGrace Hopper,grace\n\0\0\0'],
  ['line separators of Unicode', 'Name,Login\u2028Ada Lovelace,ada\u2028Grace Hopper,grace'],
  ['a page break and titles again', 'Name,Login\nAda Lovelace,ada\n\fName,Login\nGrace Hopper,grace\n'],
  ['titles again with a blank', 'Name,Login\nAda Lovelace,ada\nName ,Login\nGrace Hopper,grace\n'],
  [
    'titles above aligned addresses',
    'Name            Email\nAda Lovelace    ada@x.example\nGrace Hopper    grace@x.example\n',
  ],
])('%s are read as people alone', async (_, text) => expect(await people(text)).toEqual(two));

test('quotes that a database marks with backslashes are those of a name', async () =>
  expect(await people('Name,Login\n"Ada \\"Countess\\" Lovelace",ada\n')).toEqual(['ada: Ada "Countess" Lovelace']));

test('characters that a web program has escaped are read', async () =>
  expect((await read('Name,Login,Group\nO&#39;Brien,o,A &amp; B\nZ&#x6f;&euml;,z,\n')).people).toMatchObject([
    { shown: "O'Brien", group: 'A & B' },
    { shown: 'Zo&euml;' },
  ]));

test.each([
  ['in Cyrillic', 'Ð\u0098Ð²Ð°Ð½'.replace('\u0098', '˜')],
  ['in Polish', 'PaweÅ‚'],
  ['from HTML', 'Zo&euml;'],
])('a garbled name %s is noticed', async (_, name) =>
  expect((await read(`Name,Login\n${name},p\n`)).notices).toEqual([
    'row 2: the name looks garbled: the list was once saved in a wrong encoding',
  ]),
);

test.each(['Ñandú', 'Ångström', 'Þóra', 'Ðorđe', 'ÄÖÜ'])('%s is no garbled name', async (name) =>
  expect((await read(`Name,Login\n${name},p\n`)).notices).toEqual([]),
);

describe('a line below the list is left out:', () => {
  test.each([
    'Total students: 2',
    'Anzahl Schüler: 25',
    'Stand: 30.11.2026',
    'Generated on 2026-11-30',
    'Exported 11/30/26 by Rita',
    'Page 1 of 2',
    'Seite 1/2',
    '(2 rows)',
  ])('%s', async (line) => {
    const notices = [`left out: 1 row that is ${JSON.stringify(line)}, not a person`];
    for (const text of [`Name,Score\nAda,1\n${line},\n`, `Name,Email\nAda,ada@x.example\n${line},\n`]) {
      const roster = await read(text);
      expect(roster.people.map(({ shown }) => shown)).toEqual(['Ada']);
      expect(roster.notices).toEqual(notices);
    }
  });

  test('but not where all names have a day or a number', async () =>
    expect((await read('Name,Score\nAda 10.12.1815,1\nGrace 9.12.1906,2\n')).people).toHaveLength(2));
});

describe('a notice says', () => {
  test('which people stand above the titles', async () =>
    expect((await read('Name,Email\nAda,ada@x.example\n\nName,Email,Group\nGrace,g@x.example,B\n')).notices).toEqual([
      'left out: row 2, an address above the titles',
    ]));

  test('that a merged title leaves names without one', async () =>
    expect((await read('Name,,Email\nLovelace,Ada,ada@x.example\n')).notices).toEqual([
      'the column behind `Name` has no title: if it holds names, write one such as First name above it',
    ]));

  test.each(['5-Oct', '2026-10-05'])('that a group is a day: %s', async (group) =>
    expect((await read(`Name,Login,Class\nAda,ada,${group}\nGrace,grace,10-2\n`)).notices).toEqual([
      'row 2: `Class` is a day: if Excel has turned a group such as 10-2 into a date, format the column as text',
    ]),
  );
});

test.each(['10-Mar', '9-Sep', '01. Mrz', '5-déc'])('a login that Excel shows as %s is refused', async (login) =>
  expect(await read(`Name,Login\nMarc,${login}\n`).then(() => 'read', usageText)).toContain(
    `row 2: \`Login\` is ${login}: Excel has turned a name into a date; format the column as text`,
  ),
);

test('numbers that pandas has written with .0 are those of before', async () => {
  expect(await people('Name,Student ID\nAda,20261234.0\nGrace,20261235.0\n')).toEqual([
    '20261234: Ada',
    '20261235: Grace',
  ]);
  expect(await people('Name,Student ID\nAda,1.0\nGrace,1.5\n')).toEqual(['1.0: Ada', '1.5: Grace']);
});

test('a dot or a dash in place of a name is no part of one', async () =>
  expect(await people('First name,Last name,Login\n.,Suharto,s\n-,Teller,t\nCher,N/A,c\nNull,Null,n\n')).toEqual([
    's: Suharto',
    't: Teller',
    'c: Cher',
    'n: Null Null',
  ]));
