// Class lists that are odd or hostile and can be used: each is read, and what was done to it is noticed.
import { describe, expect, test } from 'vitest';
import { newNames } from '../../../../tasks/classroom/roster/names.ts';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

type Content = string | Uint8Array;

const read = (content: Content) => readRoster(put('list.csv', content));

describe('is read all the same:', () => {
  test.each<[title: string, content: Content, people: string[], notices: string[]]>([
    [
      'titles that stand there twice',
      'Name,Login\nName,Login\nAda,ada\nName,Login\nGrace,grace\n',
      ['ada Ada', 'grace Grace'],
      ['left out: 2 rows that repeat the titles'],
    ],
    ['a line of groups above the titles', 'Person,,Course,\nName,Login,Section,Grade\nAda,ada,A,1\n', ['ada Ada'], []],
    ['1 MB in a column that nobody needs', `Name,Login,Essay\nAda,ada,${'x'.repeat(1_048_576)}\n`, ['ada Ada'], []],
    ['line ends of old Macs', 'Name,Login\rAda,ada\rGrace,grace\r', ['ada Ada', 'grace Grace'], []],
    ['line ends of three systems', 'Name,Login\r\nAda,ada\nGrace,grace\r', ['ada Ada', 'grace Grace'], []],
    ['a line end in a name', 'Name,Login\n"Ada\r\nLovelace",ada\n', ['ada Ada Lovelace'], []],
    ['a separator at the end of each line', 'Name,Login,\nAda,ada,,,\nGrace,grace,\n', ['ada Ada', 'grace Grace'], []],
    ['lines that end early', 'Name,Login,Group,Grade\nAda,ada\nGrace,grace,B\n', ['ada Ada', 'grace Grace'], []],
    [
      'bars between cells',
      'Name|Login\nLovelace, Ada|ada\nHopper, Grace|grace\n',
      ['ada Ada Lovelace', 'grace Grace Hopper'],
      [],
    ],
    [
      'marks of direction in a name',
      'Name,Login\n\u202eadA\u202c,ada\n\u200fGrace\u200f,grace\n',
      ['ada adA', 'grace Grace'],
      ['rows 2 and 3: invisible characters are removed'],
    ],
    ['a Persian name with the joiner it needs', 'Name,Login\nمی\u200cخواهم,mk\n', ['mk می\u200cخواهم'], []],
    [
      'a Cyrillic letter in a Latin login',
      'Name,Login\nAda,ada\nAda,аda\n',
      ['ada Ada', 'аda Ada'],
      ['row 3: name or login mixes letters of two scripts that look alike'],
    ],
    ['an emoji for a name', '🦄\nAda\n', ['🦄 🦄', 'ada Ada'], []],
    [
      'numbers that have lost their zeros',
      'Name,Student ID\nA,0012\nB,0013\nC,0014\nD,0015\nE,16\n',
      ['0012 A', '0013 B', '0014 C', '0015 D', '16 E'],
      [
        '`Student ID` is shorter than 4 digits in row 6: if Excel has dropped leading zeros, format the column as text and export again',
      ],
    ],
    [
      'names that were spoilt before',
      'Name,Login\nJÃ¼rgen,j\nZo\ufffd,z\n',
      ['j JÃ¼rgen', 'z Zo\ufffd'],
      [
        'row 3: a letter of the name was lost when the list was saved',
        'row 2: the name looks garbled: the list was once saved in a wrong encoding',
      ],
    ],
    [
      'a role that nobody knows',
      'Name,Login,Role\nAda,ada,Wizard\n',
      ['ada Ada'],
      ['kept: 1 row whose `Role` firesteel does not know, such as "Wizard"'],
    ],
    ['a dash for a name', 'Name,Login\n-,ada\nGrace,grace\n', ['ada ada', 'grace Grace'], []],
    ['people from Nebraska', 'Name,Login,State\nAda,ada,NE\n', ['ada Ada'], []],
    [
      'states that are sentences',
      `Name,Login,Status\n${['late', 'ill', 'in Rome', 'abroad'].map((text, i) => `A${i},a${i},${text}`).join('\n')}\n`,
      ['a0 A0', 'a1 A1', 'a2 A2', 'a3 A3'],
      ['kept: 4 rows whose `Status` firesteel does not know, such as "late", "ill" and "in Rome"'],
    ],
    [
      'an address that is none',
      'Name,Login,Email\nAda,ada,ada at home\n',
      ['ada Ada'],
      ['row 2: `Email` is not an address'],
    ],
    [
      'numbers that begin like dates',
      'Name,Student ID\nAda,19.11.2673\nGrace,12-04-5678\nMary,2026/123/4\n',
      ['19.11.2673 Ada', '12-04-5678 Grace', '2026/123/4 Mary'],
      [],
    ],
    ['two columns that hold the same', 'Username,Login,Name\nada,ada,Ada\n', ['ada Ada'], []],
    [
      'two columns for addresses',
      'Login,Email,Mail,Name\nada,a@x.example,b@x.example,Ada\n',
      ['ada Ada'],
      ['`Email` and `Mail` could both hold the address: the first is used; choose with --column "email=Mail"'],
    ],
    [
      'words that JavaScript knows',
      '__proto__,constructor,Login,Name\n1,2,__proto__,toString\n3,4,constructor,valueOf\n',
      ['__proto__ toString', 'constructor valueOf'],
      [],
    ],
  ])('%s', async (_, content, people, notices) => {
    const roster = await read(content);
    expect(roster.people.map(({ key, shown }) => `${key} ${shown}`)).toEqual(people);
    expect(roster.notices).toEqual(notices);
  });

  test('a group of more than 200 letters, which is cut', async () => {
    const { people } = await read(`Name,Login,Group\nAda,ada,${'Section '.repeat(100)}\n`);
    expect(people[0]?.group).toBe('Section '.repeat(25).trim());
  });

  test('UTF-8 with one letter of Windows-1252, which spoils the others and is noticed', async () => {
    const roster = await read(
      Buffer.concat([Buffer.from('Name,Login\nJürgen,j\nZo'), Buffer.from([0xe9]), Buffer.from(',z\n')]),
    );
    expect(roster.notices).toEqual([
      'the list is not UTF-8, so it is read as Windows-1252: JÃ¼rgen and Zoé; if a name is wrong, export the list as CSV (UTF-8)',
      'row 2: the name looks garbled: the list was once saved in a wrong encoding',
    ]);
  });

  test('names that try to get into formulas, HTML, YAML and shells: they are texts, and their safe names are plain', async () => {
    const names = [
      `=cmd|' /C calc'!A0`,
      '<script>alert(1)</script>',
      '$(reboot)',
      '`id`; rm -rf /',
      '{{7*7}}${7*7}',
      '!!python/object:os.system',
      'a: b\n- c',
      '"; DROP TABLE students; --',
      '../../../etc/passwd',
      '-rf',
    ];
    const { people } = await read(
      `Name,Login\n${names.map((name, i) => `"${name.replaceAll('"', '""')}",s${i}`).join('\n')}\n`,
    );
    expect(people.map(({ shown }) => shown)).toEqual(names.map((name) => name.replace('\n', ' ')));
    for (const name of newNames(people, [], 'readable').values())
      expect(name).toMatch(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/);
  });

  test('10,000 people, half of whom share a name', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => `"Müller, Anna ${i % 5000}";am${i};Gruppe ${i % 20}`);
    const { people } = await read(`Name;Benutzername;Gruppe\n${rows.join('\n')}\n`);
    expect(people).toHaveLength(10_000);
    expect(people.at(-1)).toMatchObject({ row: 10_001, key: 'am9999', shown: 'Anna 4999 Müller', group: 'Gruppe 19' });
    expect(new Set(newNames(people, [], 'readable').values()).size).toBe(10_000);
  });
});
