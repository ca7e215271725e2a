// Lists of names and addresses, as mail programs and people write them.
import { expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

const read = (lines: readonly string[]) =>
  readRoster(put('list.txt', `${lines.join('\n')}\n`)).then(
    ({ people }) => people.map(({ shown, email }) => `${shown} ${email ?? 'without address'}`),
    usageText,
  );

const three = ['Ada Lovelace ada@x.example', 'Grace Hopper grace@x.example', 'Mary Somerville m@x.example'];

test.each<[title: string, lines: string[]]>([
  [
    'in one line, last name first',
    ['Lovelace, Ada <ada@x.example>; Hopper, Grace <grace@x.example>; Somerville, Mary <m@x.example>'],
  ],
  [
    'a line, last name first',
    ['Lovelace, Ada <ada@x.example>', 'Hopper, Grace <grace@x.example>', 'Somerville, Mary <m@x.example>'],
  ],
  [
    'a line, last name first, with semicolons at the end',
    ['Lovelace, Ada <ada@x.example>;', 'Hopper, Grace <grace@x.example>;', 'Somerville, Mary <m@x.example>'],
  ],
  [
    'in one line with commas',
    ['Ada Lovelace <ada@x.example>, "Hopper, Grace" <grace@x.example>, Somerville, Mary <m@x.example>'],
  ],
  [
    'in one line with blanks',
    ['Ada Lovelace <ada@x.example> Grace Hopper <grace@x.example> Mary Somerville <m@x.example>'],
  ],
  [
    'in single quotes',
    ["'Ada Lovelace' <ada@x.example>; 'Hopper, Grace' <grace@x.example>; 'Mary Somerville' <m@x.example>"],
  ],
  ['without brackets', three],
  [
    'in round brackets',
    ['Ada Lovelace (ada@x.example)', 'Grace Hopper (grace@x.example)', 'Mary Somerville (m@x.example)'],
  ],
  [
    'behind a dash or a colon',
    ['Ada Lovelace - ada@x.example', 'Grace Hopper – grace@x.example', 'Mary Somerville: m@x.example'],
  ],
  ['first', ['ada@x.example Ada Lovelace', 'grace@x.example Grace Hopper', 'm@x.example Mary Somerville']],
  [
    'first, with commas',
    ['ada@x.example, Ada Lovelace', 'grace@x.example, Grace Hopper', 'm@x.example, Mary Somerville'],
  ],
  [
    'behind numbers',
    ['1\tAda Lovelace\tada@x.example', '2\tGrace Hopper\tgrace@x.example', '3\tMary Somerville\tm@x.example'],
  ],
  ['below a heading', ['Students:', ...three]],
])('addresses that stand %s keep their names', async (_, lines) => expect(await read(lines)).toEqual(three));

test('addresses alone are people each, also in one line', async () => {
  const people = ['ada', 'grace', 'm'].map((name) => `${name}@x.example ${name}@x.example`);
  expect(await read(['ada@x.example grace@x.example m@x.example'])).toEqual(people);
  expect(await read(['Emails', 'ada@x.example', 'grace@x.example', 'm@x.example'])).toEqual(people);
});

test('a name may have an apostrophe, and a suffix behind commas', async () =>
  expect(await read(["Sam O'Neil <sam@x.example>", 'King, Martin Luther, Jr. <mlk@x.example>'])).toEqual([
    "Sam O'Neil sam@x.example",
    'Martin Luther King, Jr. mlk@x.example',
  ]));

const noTitles = /^list\.txt: no row of the first 20 has titles that firesteel knows; /;

test.each<[title: string, lines: string[], message: RegExp]>([
  [
    'a name without an address between others',
    ['Ada; Grace <grace@x.example>; Mary <m@x.example>'],
    /row 1: `address` is empty/,
  ],
  ['a name between two addresses', ['ada@x.example; Grace; m@x.example'], /row 1: `address` is empty/],
  ['a table without titles', ['7;Lovelace;Ada;ada@x.example;A', '8;Hopper;Grace;grace@x.example;B'], noTitles],
  ['names in two cells', ['Lovelace,Ada,ada@x.example', 'Hopper,Grace,grace@x.example'], noTitles],
])('%s is refused, for it could be anybody', async (_, lines, message) => expect(await read(lines)).toMatch(message));

test('a list of names in which one has an address stays one of names', async () =>
  expect(await read(['Ada Lovelace', 'Grace grace@x.example', 'Mary'])).toEqual(
    ['Ada Lovelace', 'Grace grace@x.example', 'Mary'].map((name) => `${name} without address`),
  ));
