// Text for narrow terminals.
import { expect, test } from 'vitest';
import { shown } from '../../../tasks/core/exec.ts';
import { foldedCommand, listed, shownFile, valueTable } from '../../../tasks/setup/layout.ts';

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

test('a command that is too long continues behind backslashes, and never within quotes', () => {
  expect(foldedCommand('firesteel status --profile lab.yaml', 80)).toBe('  firesteel status --profile lab.yaml');
  expect(foldedCommand("firesteel setup --column 'SIS Login ID' --yes", 26)).toBe(
    "  firesteel setup \\\n    --column \\\n    'SIS Login ID' --yes",
  );
  const command = `firesteel setup --roster ${shown(["Ada's own list of people.csv"])} --yes`;
  expect(foldedCommand(command, 30)).toBe(
    `  firesteel setup --roster \\\n    'Ada'\\''s own list of people.csv' \\\n    --yes`,
  );
});

test('a comment of a file is shown in several lines, and no value is', () =>
  expect(shownFile('# Kubernetes on this machine. Made by setup.\n\nroster: a list with a long name.csv\n', 32)).toBe(
    '# Kubernetes on this machine.\n# Made by setup.\n\nroster: a list with a long name.csv\n',
  ));
