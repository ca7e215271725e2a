// Questions in plain lines: what is read out, and which answers are taken.
import { expect, test } from 'vitest';
import { isPlain } from '../../../scripts/cli/output.ts';
import { columnsOf } from '../../../scripts/cli/prompts/prompter.ts';
import { withLines } from '../typed-lines.ts';

const choices = [
  { value: 'local', about: 'this machine' },
  { value: 'kind', refused: 'no Docker' },
];

test('a choice is taken by its number, its name or Enter', async () => {
  for (const [typed, taken] of [
    ['1', 'local'],
    ['local', 'local'],
    ['', 'kind'],
  ] as const)
    expect(await withLines(typed).prompts.select({ message: 'Which?', choices, byDefault: 'kind' })).toBe(taken);
});

test('an impossible choice is explained, and the question is asked again', async () => {
  const { prompts, said } = withLines('2', '9', 'nowhere', '1');
  expect(await prompts.select({ message: 'Which?', choices })).toBe('local');
  expect(said.map((text) => text.split('\n')[0])).toEqual([
    'Which?',
    'Not accepted: kind: no Docker.',
    'Not accepted: 9.',
    'Not accepted: nowhere.',
  ]);
});

test('a part of a name shortens the list, and a new value is taken where it has no problem', async () => {
  const zones = Array.from({ length: 30 }, (_, i) => ({ value: `zone-${i}` }));
  const found = withLines('zone-29', '');
  expect(await found.prompts.search({ message: 'Zone', choices: zones })).toBe('zone-29');
  const part = withLines('-2', '3');
  expect(await part.prompts.search({ message: 'Zone', choices: zones })).toBe('zone-21');
  expect(part.said[0]).toContain('  and 18 more.\n');
  const other = withLines('mars-1');
  expect(await other.prompts.search({ message: 'Zone', choices: zones, problem: () => undefined })).toBe('mars-1');
});

test('a typed value is asked again until nothing is wrong with it', async () => {
  const { prompts, said } = withLines('x', '3');
  const problem = (text: string) => (/^\d$/.test(text) ? undefined : 'expected a digit');
  expect(await prompts.type({ message: 'Nodes', byDefault: '2', problem })).toBe('3');
  expect(said).toEqual(['Nodes: Enter for 2.', 'Not accepted: expected a digit.\nNodes: Enter for 2.']);
});

test('a value that may be empty is left empty with a hyphen', async () => {
  const { prompts, said } = withLines('-');
  expect(await prompts.type({ message: 'Domain', byDefault: 'a.example.org', canBeEmpty: true })).toBe('');
  expect(said).toEqual(['Domain: Enter for a.example.org, - to leave it empty.']);
});

test('yes and no are words', async () => {
  expect(await withLines('maybe', 'Y').prompts.confirm('Continue?', false)).toBe(true);
  expect(await withLines('').prompts.confirm('Continue?', false)).toBe(false);
});

test.each([
  [{ plain: true }, {}, true],
  [{ plain: false }, { ACCESSIBLE: '1' }, true],
  [{ plain: false }, { ACCESSIBLE: '0' }, false],
  [{ plain: false }, { TERM: 'dumb' }, true],
  [{ plain: false }, { TERM: 'xterm' }, false],
])('with %j and %j lines are plain: %s', (flags, env, plain) =>
  expect(isPlain(flags, env, { isTTY: true })).toBe(plain),
);

test('what is no terminal is not read out for its name alone', () =>
  expect(isPlain({ plain: false }, { TERM: 'dumb' }, {})).toBe(false));

test('COLUMNS wins over the terminal', () => {
  expect(columnsOf({ COLUMNS: '40' }, { columns: 100 })).toBe(40);
  expect(columnsOf({ COLUMNS: 'wide' }, { columns: 100 })).toBe(100);
  expect(columnsOf({}, {})).toBe(80);
});
