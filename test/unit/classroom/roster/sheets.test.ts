// Workbooks with several sheets, and tables that a spreadsheet has put into one column.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { type WorkbookCell, workbook } from '../../../fakes/workbook.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const read = (content: string | Uint8Array) => readRoster(put('list.xlsx', content));
const shown = async (content: string | Uint8Array) => (await read(content)).people.map((person) => person.shown);

/** A workbook with other texts in its files, and more files. */
const edited = (book: Uint8Array, edit: (text: string, path: string) => string, more: Record<string, string> = {}) => {
  const files = Object.entries(unzipSync(book)).map(([path, bytes]) => [path, edit(strFromU8(bytes), path)]);
  const all = { ...(Object.fromEntries(files) as Record<string, string>), ...more };
  return zipSync(Object.fromEntries(Object.entries(all).map(([path, text]) => [path, strToU8(text)])));
};

const people: WorkbookCell[][] = [
  ['Name', 'Email'],
  ['Ada', 'ada@x.example'],
  ['Grace', 'grace@x.example'],
];
const staff: WorkbookCell[][] = [
  ['Name', 'Email'],
  ['Rita', 'rita@x.example'],
];

describe('of several sheets', () => {
  test.each<[title: string, first: WorkbookCell[][]]>([
    [
      'an overview with one title',
      [
        ['Course', 'Spark 101'],
        ['Room', '12'],
      ],
    ],
    [
      'a sheet of groups',
      [
        ['Group', 'Room'],
        ['A', '12'],
        ['B', '13'],
      ],
    ],
    ['notes', [['Do not forget the projector']]],
  ])('the one with most titles is read, although %s comes first', async (_, first) => {
    const roster = await read(workbook({ First: first, Students: people }));
    expect(roster.people.map((person) => person.shown)).toEqual(['Ada', 'Grace']);
    expect(roster.notices).toEqual(['reading sheet "Students", one of 2']);
  });

  test('the first is read among equals', async () =>
    expect(await shown(workbook({ Students: people, Staff: staff }))).toEqual(['Ada', 'Grace']));

  test.each(['hidden', 'veryHidden'])('one that is %s is not read', async (state) => {
    const book = edited(workbook({ Staff: staff, Students: people }), (text) =>
      text.replace('<sheet name="Staff"', `<sheet name="Staff" state="${state}"`),
    );
    const roster = await read(book);
    expect(roster.people.map((person) => person.shown)).toEqual(['Ada', 'Grace']);
    expect(roster.notices).toEqual([]);
  });

  test('a chart is none', async () => {
    const chart =
      '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet" Target="chartsheets/sheet1.xml"/>';
    const book = edited(
      workbook({ Students: people }),
      (text, path) =>
        path.endsWith('workbook.xml.rels')
          ? text.replace('</Relationships>', `${chart}</Relationships>`)
          : text.replace('<sheets>', '<sheets><sheet name="Chart1" sheetId="9" r:id="rId9"/>'),
      {
        'xl/chartsheets/sheet1.xml': '<chartsheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
      },
    );
    expect(await shown(book)).toEqual(['Ada', 'Grace']);
  });

  test('a refusal names the one that was read', async () => {
    const wrong: WorkbookCell[][] = [...people, ['Mary', 'mary at home']];
    expect(await read(workbook({ Notes: [['x']], Students: wrong })).then(() => 'read', usageText)).toMatch(
      /^list\.xlsx, sheet "Students": row 4: `Email` is not an address$/m,
    );
    expect(await read(workbook({ Students: wrong })).then(() => 'read', usageText)).toMatch(/^list\.xlsx: row 4: /);
  });
});

test('a person called True, whom Excel keeps as a truth value, is shown as Excel shows her', async () => {
  const book = edited(workbook({ Students: people }), (text, path) =>
    path.startsWith('xl/worksheets')
      ? text.replace('<c r="A2" t="s"><v>2</v></c>', '<c r="A2" t="b"><v>1</v></c>')
      : text,
  );
  expect(await shown(book)).toEqual(['TRUE', 'Grace']);
});

test('cells without places are refused in plain words', async () => {
  const book = edited(workbook({ Students: people }), (text, path) =>
    path.startsWith('xl/worksheets') ? text.replace(/ r="[A-Z]*\d+"/g, '') : text,
  );
  expect(await read(book).then(() => 'read', usageText)).toBe(
    'list.xlsx is an Excel file in a form that firesteel cannot read\n→ open it in Excel or LibreOffice and save it again, or export the list as CSV (UTF-8)',
  );
});

describe('a CSV in one column', () => {
  const lines = ['Name,Email,Group', '"Lovelace, Ada",ada@x.example,A', '"Hopper, Grace",grace@x.example,B'];
  const expected = [
    { row: 2, key: 'ada', shown: 'Ada Lovelace', group: 'A' },
    { row: 3, key: 'grace', shown: 'Grace Hopper', group: 'B' },
  ];

  test('of a workbook is read', async () =>
    expect((await read(workbook({ Class: lines.map((line) => [line]) }))).people).toMatchObject(expected));

  test('is read, with each line in quotes', async () => {
    const quoted = lines.map((line) => `"${line.replaceAll('"', '""')}"`);
    expect((await read(`${quoted.join('\r\n')}\r\n`)).people).toMatchObject(expected);
  });

  test.each([
    ['last name first', ['Lovelace, Ada', 'Hopper, Grace']],
    ['below a title', ['Name', 'Lovelace, Ada', 'Hopper, Grace']],
    ['below a title that names both parts', ['Last name, First name', 'Lovelace, Ada', 'Hopper, Grace']],
  ])('is not what names are that stand %s', async (_, names) =>
    expect(await shown(workbook({ Class: names.map((name) => [name]) }))).toEqual(['Ada Lovelace', 'Grace Hopper']),
  );
});
