// Text for narrow terminals.
import { expect, test } from 'vitest';
import { listed, valueTable } from '../../../tasks/setup/layout.ts';

test('rows are stacked where columns do not fit', () => {
  const rows = [['free disk', '12 GB'] as const];
  expect(listed(rows, 80)).toBe('free disk  12 GB');
  expect(listed(rows, 30)).toBe('free disk: 12 GB');
});

test('a table that is too wide becomes a list with the source in brackets', () => {
  const rows = [{ label: 'Nodes', value: '2', source: 'flag' }];
  expect(valueTable(rows, 80)).toBe('SETTING  VALUE  SOURCE\nNodes    2      flag');
  expect(valueTable(rows, 20)).toBe('Nodes: 2 (flag)');
});
