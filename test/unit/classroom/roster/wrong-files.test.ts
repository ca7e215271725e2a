// Files that are no class lists: each is refused with one line that says what it is and what to do.
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readRoster } from '../../../../tasks/classroom/roster/read.ts';
import { usageText } from '../../../../tasks/core/failure.ts';
import { workbook } from '../../../fakes/workbook.ts';
import { ownFiles } from '../../own-files.ts';

const { path, put } = ownFiles();

type Content = string | Uint8Array;

const read = (content: Content) => readRoster(put('list.csv', content));
const exportHint = '→ export the list as CSV (UTF-8) or as .xlsx';
const bytes = (...hex: string[]) => Buffer.concat(hex.map((part) => Buffer.from(part, 'hex')));

test.each<[title: string, content: Content, lines: string[]]>([
  ['a PDF', '%PDF-1.7\n%…', ['list.csv is a PDF', exportHint]],
  [
    'an old Excel file',
    bytes('d0cf11e0a1b11ae1', '00'.repeat(504)),
    ['list.csv is an old Excel file (.xls), or one with a password', exportHint],
  ],
  ['a login page', '\n<!DOCTYPE html>\n<html><title>Log in</title></html>', ['list.csv is a web page', exportHint]],
  [
    'a table of a web page, named .xls',
    '<table><tr><td>Name</td></tr></table>',
    ['list.csv is a web page', exportHint],
  ],
  ['XML', '<?xml version="1.0"?><Workbook/>', ['list.csv is XML', exportHint]],
  ['JSON', '[{"firstname": "Ada"}]', ['list.csv is JSON', exportHint]],
  ['a compressed list', bytes('1f8b0800', '00'.repeat(20)), ['list.csv is a compressed file', exportHint]],
  ['UTF-32', bytes('fffe0000', '41000000'), ['list.csv is text in UTF-32', exportHint]],
  [
    'UTF-16 that is cut off',
    bytes('fffe4e0061006d00'.concat('65')),
    ['list.csv is damaged: its UTF-16LE text is cut off', exportHint],
  ],
  [
    'a document in a zip file',
    zipSync({ 'word/document.xml': strToU8('<w/>') }),
    ['list.csv is a Word document (.docx)', exportHint],
  ],
  [
    'a sheet of LibreOffice',
    zipSync({ mimetype: strToU8('application/vnd.oasis.opendocument.spreadsheet'), 'content.xml': strToU8('<o/>') }),
    ['list.csv is an OpenDocument file (.ods or .odt)', exportHint],
  ],
  [
    'a sheet of Numbers',
    zipSync({ 'Index/Document.iwa': strToU8('x') }),
    ['list.csv is a file of Numbers or Pages', exportHint],
  ],
  [
    'a zip file of anything else',
    zipSync({ 'notes.txt': strToU8('x') }),
    ['list.csv is a zip file without an Excel workbook', exportHint],
  ],
  [
    'a zip file that is cut off',
    workbook({ Class: [['Name'], ['Ada']] }).slice(0, 600),
    ['list.csv is a damaged zip file', exportHint],
  ],
])('%s is refused', async (_, content, lines) => {
  const message = await read(content).then(({ people }) => JSON.stringify(people), usageText);
  expect(message.split('\n')).toEqual(lines);
});

test('a workbook that unpacks to more than 200 MB is refused before it is unpacked', async () => {
  const bomb = Buffer.from(workbook({ Class: [['Name'], ['Ada']] }));
  // The size that the directory gives for its first file.
  bomb.writeUInt32LE(3_000_000_000, bomb.indexOf('PK\u0001\u0002') + 24);
  await expect(read(bomb)).rejects.toThrow(/^list\.csv unpacks to 3000 MB, expected at most 200 MB$/);
});

test('a workbook whose sheet is no XML is refused', async () => {
  const names = ['[Content_Types].xml', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/worksheets/sheet1.xml'];
  const broken = zipSync(Object.fromEntries(names.map((name) => [name, strToU8('<a><b')])));
  await expect(read(broken)).rejects.toThrow(/^list\.csv is a damaged Excel file: /);
});

test('a path that is nothing, a folder, or more than 16 MB is refused', async () => {
  await expect(readRoster(path('none.csv'))).rejects.toThrow(`${path('none.csv')}: no such file`);
  await expect(readRoster(path())).rejects.toThrow(`${path()}: not a file`);
  const large = put('large.csv', Buffer.alloc(17 * 1024 * 1024));
  await expect(readRoster(large)).rejects.toThrow(`${large}: expected at most 16 MB, got 18 MB`);
});

test('any bytes are read or refused as a usage failure, and nobody who is read has no key', async () => {
  const cell = fc.oneof(
    fc.constantFrom(
      'Name',
      'Login',
      'E-Mail',
      'ID',
      'ada',
      'a@x.example',
      '"',
      '\0',
      '#REF!',
      '1E+10',
      '',
      '\u202e',
      '王',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const rows = fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 6 });
  const separators = [',', ';', '\t', '|', ', '];
  const list = fc
    .record({ rows, separator: fc.constantFrom(...separators), encoding: fc.constantFrom('utf8', 'utf16le', 'latin1') })
    .map(({ rows: all, separator, encoding }) =>
      Buffer.from(all.map((cells) => cells.join(separator)).join('\n'), encoding as BufferEncoding),
    );
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 64 }), list), async (content) => {
      const people = await read(content).then((roster) => roster.people, usageText);
      if (typeof people === 'string') expect(people).toMatch(/^list\.csv/);
      else for (const { key, shown } of people) expect(key && shown).not.toBe('');
    }),
    { numRuns: 500 },
  );
});
