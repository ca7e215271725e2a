// Class lists that nobody can use: each is refused with the exact line of every problem.
import { describe, expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { workbook } from '../../../fakes/workbook.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

type Content = string | Uint8Array;

const read = (content: Content) => readRoster(put('list.csv', content));
const exportHint = '→ export the list as CSV (UTF-8) or as .xlsx';
const rowHint = '→ rows are numbered as a spreadsheet shows them; nothing was changed';
const titleHint = '→ write titles such as Name and Email into the first row, or choose the column: --column id=TITLE';

describe('is refused with its exact lines:', () => {
  const megabyte = 'x'.repeat(1_048_576);
  const bytes = (...hex: string[]) => Buffer.concat(hex.map((part) => Buffer.from(part, 'hex')));

  test.each<[title: string, content: Content, lines: string[]]>([
    ['an empty file', '', ['list.csv is empty', exportHint]],
    ['blank lines', '\n \r\n\t\n,,,\n', ['list.csv is empty', exportHint]],
    ['a byte order mark alone', '\ufeff', ['list.csv is empty', exportHint]],
    ['titles alone', 'Name,Email\n', ['list.csv: the list contains no people']],
    [
      'nobody but teachers',
      'Name,Email,Role\nAda,a@x.example,Teacher\nMary,m@x.example,Teacher\n',
      ['list.csv: the list contains no people; left out: 2 rows that have `Role` "Teacher"'],
    ],
    [
      'a table without titles that are known',
      'foo,bar,baz\n1,2,3\n',
      [
        'list.csv: no row of the first 20 has titles that firesteel knows; the first row is "foo", "bar", "baz"',
        titleHint,
      ],
    ],
    [
      'names that could be either way round',
      'Ada,Lovelace\nGrace,Hopper\n',
      [
        'list.csv: no row of the first 20 has titles that firesteel knows; the first row is "Ada", "Lovelace"',
        titleHint,
      ],
    ],
    [
      'a quotation mark that is never closed',
      'Name,Login\nAda,ada\n"Grace,grace\nMary,mary\n',
      ['list.csv: row 3: a quotation mark opens a cell and is never closed', rowHint],
    ],
    [
      'a quotation mark that is never closed, beside other problems',
      'Name,Login\nAda,ada\nMary,\n"Grace,grace\n',
      [
        'list.csv: row 3: `Login` is empty',
        'list.csv: row 4: a quotation mark opens a cell and is never closed',
        rowHint,
      ],
    ],
    [
      'a NUL in a name',
      'Name,Login\nA\0da,ada\nGrace,grace\n',
      ['list.csv: row 2: `Name` holds the control character U+0000', rowHint],
    ],
    [
      'a terminal sequence in a login',
      'Name,Login\nAda,\u001b[2Jada\nGrace,gra\u009bce\n',
      [
        'list.csv: row 2: `Login` holds the control character U+001B',
        'list.csv: row 3: `Login` holds the control character U+009B',
        rowHint,
      ],
    ],
    [
      'a terminal sequence in a group',
      'Name,Login,Group\nAda,ada,A\u001b[2J\n',
      ['list.csv: row 2: `Group` holds the control character U+001B', rowHint],
    ],
    ['bytes that are no text', bytes('00ff00fe8081828300'), ['list.csv is not text', exportHint]],
    [
      'a cell of 1 MB',
      `Name,Login\nAda,ada\n${megabyte},grace\nMary,${megabyte}\n`,
      [
        'list.csv: row 3: `Name` is longer than 200 letters',
        'list.csv: row 4: `Login` is longer than 200 letters',
        rowHint,
      ],
    ],
    [
      'the same person on two rows',
      'Name,Login\nAda,ada\nGrace,grace\nAda,ada\n',
      ['list.csv: rows 2 and 4: the same person more than once: `Login` is "ada"', rowHint],
    ],
    [
      'an address in other letters',
      'Name,Email\nAda,Ada@X.example\nada,ada@x.example\n',
      ['list.csv: rows 2 and 3: the same person more than once: `Email` is "ada"', rowHint],
    ],
    [
      'one name in two forms of Unicode',
      'Zoé Lefèvre\nGrace Hopper\nZoe\u0301 Lefe\u0300vre\n',
      [
        'list.csv: rows 1 and 3: the name "Zoé Lefèvre" is in the list more than once: delete a row, or add a column that identifies the people',
        rowHint,
      ],
    ],
    [
      'a login that only invisible letters tell apart',
      'Name,Login\nAda,ada\nAda,a\u200bda\n',
      ['list.csv: rows 2 and 3: the same person more than once: `Login` is "ada"', rowHint],
    ],
    [
      'two people with one login',
      'Name,Login\nAda Lovelace,ada\nAda Byron,ADA\n',
      ['list.csv: rows 2 and 3: people with the same `Login` "ada": Ada Lovelace, Ada Byron', rowHint],
    ],
    [
      'the same name and address under two logins',
      'Name,Login,Email\nAda,ada,ada@x.example\nAda,ada2,ADA@x.example\n',
      ['list.csv: rows 2 and 3: the same person more than once: Ada, ada@x.example', rowHint],
    ],
    [
      'numbers that Excel has shortened',
      'Name;Student ID\nAda;1,23E+10\nGrace;1,23E+10\nMary;20261234567\n',
      [
        'list.csv: rows 2 and 3: `Student ID` is 1,23E+10: Excel has shortened a long number; format the column as text and export again',
        'list.csv: rows 2 and 3: people with the same `Student ID` "1,23e+10": Ada, Grace',
        rowHint,
      ],
    ],
    [
      'a number of a workbook that is too long for Excel',
      workbook({
        Class: [
          ['Student ID', 'Name'],
          [1_234_567_890_123_456, 'Ada'],
        ],
      }),
      [
        'list.csv: row 2: `Student ID` is 1.234567890123456E+15: Excel has shortened a long number; format the column as text and export again',
        rowHint,
      ],
    ],
    [
      'names that Excel has turned into dates',
      'Name,Login\n5-Mar,ada\n2026-05-01,grace\n3/4/26,mary\n03.04.2026,emmy\n2026-05-01 00:00:00,rosa\n',
      [
        'list.csv: row 2: `Name` is 5-Mar: Excel has turned a name into a date; format the column as text',
        'list.csv: row 3: `Name` is 2026-05-01: Excel has turned a name into a date; format the column as text',
        'list.csv: row 4: `Name` is 3/4/26: Excel has turned a name into a date; format the column as text',
        'list.csv: row 5: `Name` is 03.04.2026: Excel has turned a name into a date; format the column as text',
        'list.csv: row 6: `Name` is 2026-05-01 00:00:00: Excel has turned a name into a date; format the column as text',
        rowHint,
      ],
    ],
    [
      'a name that is a date in a workbook',
      workbook({
        Class: [
          ['Name', 'Login'],
          [new Date('2026-05-01T00:00:00Z'), 'ada'],
        ],
      }),
      [
        'list.csv: row 2: `Name` is 2026-05-01: Excel has turned a name into a date; format the column as text',
        rowHint,
      ],
    ],
    [
      'errors of Excel',
      'Name,Login\nAda,#REF!\n#N/A,grace\n#NAME?,mary\n',
      [
        'list.csv: row 2: `Login` is #REF!, an Excel error',
        'list.csv: row 3: `Name` is #N/A, an Excel error',
        'list.csv: row 4: `Name` is #NAME?, an Excel error',
        rowHint,
      ],
    ],
    ['errors of Excel in a typed list', '#REF!\nAda\n', ['list.csv: row 1: `name` is #REF!, an Excel error', rowHint]],
    [
      'a comma in a name without quotes',
      'Name,Login\nLovelace, Ada,ada\nGrace,grace\n',
      [
        'list.csv: row 2: has more cells than the list has titles: put a cell that holds the separator in quotes',
        rowHint,
      ],
    ],
    [
      'logins that are missing where nothing else identifies everybody',
      'Name,Login\nAda,\nGrace,grace\nMary\n',
      ['list.csv: rows 2 and 4: `Login` is empty', rowHint],
    ],
    [
      'two columns that could identify people',
      'Username,NetID,Name\na1,ada,Ada\ng1,grace,Grace\n',
      ['list.csv: `Username` and `NetID` could both identify people: choose one with --column "id=Username"'],
    ],
    [
      'addresses that are none where they identify people',
      'Name,Email\nAda,ada at home\nGrace,grace@x.example\n',
      ['list.csv: row 2: `Email` is not an address', rowHint],
    ],
    [
      'terminal sequences in titles and names, which no message repeats',
      'Name,Log\u001b[2Jin,\u202eLogin\u0007\nA\u009bda,,x\nAda,,x\n',
      [
        'list.csv: row 2: `Name` holds the control character U+009B',
        'list.csv: rows 2 and 3: the same person more than once: `Login` is "x"',
        rowHint,
      ],
    ],
    [
      'marks of direction in a table without titles that are known',
      'f\u202eoo,b\u009bar\n1,2\n',
      [
        'list.csv: no row of the first 20 has titles that firesteel knows; the first row is "f\\u202eoo", "b\\u009bar"',
        titleHint,
      ],
    ],
    ['a comma for a name', '","\nAda\n', ['list.csv: row 1: the name "," has no letter', rowHint]],
    ['a name without a letter', '???\nAda\n', ['list.csv: row 1: the name "???" has no letter', rowHint]],
  ])('%s', async (_, content, lines) => {
    const message = await read(content).then(({ people }) => JSON.stringify(people), usageText);
    expect(message.split('\n')).toEqual(lines);
  });

  test('all problems at once, each with all its rows, and no more than 40 lines', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `Name ${i},${i < 500 ? '' : `same${i % 100}`}`);
    const message = await read(`Name,Login\n${rows.join('\n')}\n`).then(() => 'read', usageText);
    const lines = message.split('\n');
    expect(lines[0]).toBe('list.csv: rows 2, 3, 4, 5, 6 and 495 more: `Login` is empty');
    expect(lines[1]).toMatch(
      /^list\.csv: rows 502, 602, 702, 802 and 902: people with the same `Login` "same0": Name 500, /,
    );
    expect(lines.slice(-2)).toEqual(['list.csv: 61 more problems like these', rowHint]);
    expect(lines).toHaveLength(42);
  });
});
