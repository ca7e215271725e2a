// Which column identifies people: the one that is chosen, else the first that is there for everybody.
import { describe, expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const lines = (...rows: string[]): string => `${rows.join('\n')}\n`;

describe('the column that identifies people', () => {
  const list = lines('Username,Email,Student ID,Name', 'ada,a.l@uni.example,7,Ada', 'grace,g.h@uni.example,8,Grace');
  const keys = async (columns: string[], content = list) =>
    (await readRoster(put('list.csv', content), columns)).people.map(({ key }) => key);

  test.each([
    [[], ['ada', 'grace']],
    [['id=Email'], ['a.l', 'g.h']],
    [['id=student-id'], ['7', '8']],
    [['Student ID'], ['7', '8']],
    [['id=Name'], ['ada', 'grace']],
  ])('is chosen with --column %j', async (columns, expected) => expect(await keys(columns)).toEqual(expected));

  test('can have an unknown title, even if no title is known', async () =>
    expect(await keys(['id=Ausweis'], lines('Ausweis;Wer', 'a7;Ada', 'b8;Grace'))).toEqual(['a7', 'b8']));

  test('is the next one where it has gaps, and a notice says so', async () => {
    const roster = await readRoster(
      put('list.csv', lines('Login,Email,Name', ',ada@x.example,Ada', 'gh,grace@x.example,Grace')),
    );
    expect(roster.by).toEqual({ field: 'email', column: 'Email' });
    expect(roster.notices).toEqual(['`Login` is empty in row 2, so `Email` identifies people']);
  });

  test('names whole addresses where two people share what stands before the @', async () =>
    expect(await keys([], lines('Email', 'ada@a.example', 'ada@b.example', 'grace@b.example'))).toEqual([
      'ada@a.example',
      'ada@b.example',
      'grace',
    ]));

  test.each([
    ['Name;Vorname;Login', 'Lovelace;Ada;ada'],
    ['Name,First name,Login', 'Ada Lovelace,Ada,ada'],
    ['Nom,Prénom,Identifiant', 'Lovelace,Ada,ada'],
    ['Nombre,Usuario', 'Ada Lovelace,ada'],
    ['이름,아이디', 'Ada Lovelace,ada'],
    ['이름,성,아이디', 'Ada,Lovelace,ada'],
  ])('has neighbours that make a name of %s', async (titles, row) => {
    const { people } = await readRoster(put('list.csv', lines(titles, row)));
    expect(people).toMatchObject([{ key: 'ada', shown: 'Ada Lovelace' }]);
  });

  test('can be said for names and groups, too', async () => {
    const content = lines('Login,Alias,Bench', 'ada,The Countess,3');
    const roster = await readRoster(put('list.csv', content), ['name=Alias', 'group=bench']);
    expect(roster.people).toMatchObject([{ key: 'ada', shown: 'The Countess', group: '3' }]);
  });

  test.each([
    [
      ['id=Usernam'],
      '--column id=Usernam: no column has this title; did you mean "Username"?\n→ choose a title of the list: "Username", "Name"',
    ],
    [
      ['nmae=Name'],
      '--column "nmae=Name": no field "nmae"; did you mean "name"?\n→ choose a field: id, name, first, last, email, group, role, state',
    ],
  ])('is refused as --column %j if there is none such', async (columns, message) =>
    expect(
      await readRoster(put('list.csv', lines('Username,Name', 'ada,Ada')), columns).then(() => 'read', usageText),
    ).toBe(message),
  );
});
