// Lists in Windows-1252 and in encodings that nobody can tell from it.
import { expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { ownFiles } from '../../own-files.ts';

const { put } = ownFiles();

/** Bytes in Latin-1, and the letters that Windows-1252 has in between. */
const windows1252 = (text: string): Buffer => {
  const upper: Record<string, number> = { '€': 0x80, '’': 0x92, '–': 0x96, š: 0x9a, œ: 0x9c, Ž: 0x8e };
  return Buffer.from([...text].map((letter) => upper[letter] ?? letter.charCodeAt(0)));
};
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const read = (content: Uint8Array) => readRoster(put('list.csv', content));
const exportHint = 'the list is not UTF-8 and is read as Windows-1252: export the list as CSV (UTF-8) or as .xlsx';

test('all letters of Windows-1252 are read', async () => {
  const { people } = await read(windows1252('Name;Login\nO’Brien;o\nŽiga Kovaš;z\nCœur–Noé;c\n'));
  expect(people.map(({ shown }) => shown)).toEqual(['O’Brien', 'Žiga Kovaš', 'Cœur–Noé']);
});

test('control characters of UTF-8 stay refused', async () =>
  expect(await read(Buffer.from('Name,Login\nO\u0092Brien,o\n')).then(() => 'read', usageText)).toContain(
    '`Name` holds the control character U+0092',
  ));

test('titles beyond ASCII are noticed, too, for they may be Turkish', async () => {
  // Adı, Soyadı and E-posta in ISO-8859-9.
  const { notices } = await read(
    Buffer.concat([bytes('4164fd3b536f796164fd3b'), Buffer.from('E-posta\nAda;Lovelace;ada@x.example\n')]),
  );
  expect(notices).toEqual([
    'the list is not UTF-8, so it is read as Windows-1252: Adý and Soyadý; if a name is wrong, export the list as CSV (UTF-8)',
  ]);
});

test.each([
  ['Shift_JIS', '8e8196bc2c91670a8e5293632c410a'],
  ['GBK', 'd0d5c3fb2cb0e0bcb60acdf52cd2bb0a'],
  ['Windows-1251', 'd4c8ce3bc3f0f3efefe00ac0ededeb3b310a'],
  ['code page 437', Buffer.from('Name;Login\nJ').toString('hex').concat('81', '7267656e3b6a0a')],
])('a refusal of a list in %s says to export it', async (_, hex) =>
  expect(await read(bytes(hex)).then(() => 'read', usageText)).toMatch(
    new RegExp(`; ${exportHint.replace(/[().]/g, '\\$&')}$`),
  ),
);

test('a refusal of a list in UTF-8 says nothing about encodings', async () =>
  expect(await read(Buffer.from('Wer;Was\nÄnne;1\n')).then(() => 'read', usageText)).not.toContain('UTF-8'));
