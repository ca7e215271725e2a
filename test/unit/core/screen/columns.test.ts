// Text in the columns of a terminal.
import { expect, test } from 'vitest';
import { columnsOf, wrapped } from '../../../../tasks/core/screen/columns.ts';

test('a text is wrapped at blanks, and a word longer than the line stays whole', () =>
  expect(wrapped('one two three\nfour extraordinarily long', 9, 2)).toBe(
    'one two\n  three\nfour\n  extraordinarily\n  long',
  ));

test('a line that goes on begins where it began, and a line that fits keeps its blanks', () =>
  expect(wrapped('  one two three\na    b', 9, 2)).toBe('  one two\n    three\na    b'));

test.each<[string, Parameters<typeof columnsOf>, number]>([
  ['COLUMNS', [{ isTTY: true, columns: 100 }, { COLUMNS: '40' }], 40],
  ['the terminal, if COLUMNS is no number of columns', [{ isTTY: true, columns: 100 }, { COLUMNS: 'wide' }], 100],
  ['nothing, without a terminal', [{}, {}], Number.POSITIVE_INFINITY],
])('columns are those of %s', (_, given, columns) => expect(columnsOf(...given)).toBe(columns));
