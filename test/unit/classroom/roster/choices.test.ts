// The columns of a list that can identify people.
import { expect, test } from 'vitest';
import { columnChoices } from '../../../../tasks/classroom/roster/choices.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

test.each([
  ['that the list itself names', 'Login,Name\nada,Ada\n', false, ['Login ada', 'Name Ada']],
  ['with unknown titles', 'Ausweis;Wer\na7;Ada\nb8;Grace\n', true, ['Ausweis a7', 'Wer Ada']],
  ['of which two fit', 'Login,Username\nada,al\n', true, ['Login ada', 'Username al']],
  ['unless a value is there twice', 'A;B;C\na7;x;p\nb8;x;q\n', true, ['A a7', 'C p']],
  ['in a list with a wrong row', 'Login,Name\nada,Ada\nada,Grace\n', false, ['Name Ada']],
  ['in a typed list', 'Ada\nGrace\n', false, []],
  ['in a broken list', 'A,B\n"a,b\n', false, []],
])('columns %s', async (_, content, isNeeded, columns) => {
  const found = await columnChoices(put('list.csv', content));
  expect(found.columns.map(({ title, sample }) => `${title} ${sample}`)).toEqual(columns);
  expect(found.isNeeded).toBe(isNeeded);
});
