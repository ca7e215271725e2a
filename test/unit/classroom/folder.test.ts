// The teacher's folder of a class: written for the teacher alone, read back whole, never replaced if it cannot be read.
import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  type ClassRecord,
  classPath,
  keysFile,
  readKeys,
  readRecord,
  recordFile,
} from '../../../tasks/classroom/folder.ts';
import { withNewKeys } from '../../../tasks/classroom/keys.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { ownFolderOfEach } from '../../own-folder.ts';

ownFolderOfEach();

const record: ClassRecord = {
  by: { field: 'login', column: 'SIS Login ID' },
  students: [
    { name: 'ada', key: 'ada', shown: 'Ada Lovelace', email: 'ada@example.org', login: 'ada', id: '007', group: 'A' },
    { name: 'constructor', key: 'x', shown: 'Константин' },
  ],
  former: [{ name: 'grace', key: 'grace' }],
};

test('a new class has no record and no keys', async () =>
  expect([await readRecord('spark'), await readKeys('spark')]).toEqual([undefined, new Map()]));

test('record and keys are read back as they were written', async () => {
  const keys = withNewKeys(record.students);
  await writeFiles([recordFile('spark', record), keysFile('spark', keys)]);
  expect(await readRecord('spark')).toEqual(record);
  expect(await readKeys('spark')).toEqual(keys);
});

test('only the teacher can read the folder and its files, also if they were open before', async () => {
  await writeFiles([{ ...keysFile('spark', new Map()), mode: 0o644 }]);
  await writeFiles([recordFile('spark', record), keysFile('spark', new Map())]);
  const modes = await Promise.all(
    ['', 'students.json', 'keys.json'].map(async (name) => (await stat(classPath('spark', name))).mode & 0o777),
  );
  expect(modes.map((mode) => mode.toString(8))).toEqual(['700', '600', '600']);
});

describe('a file that cannot be used stops everything with one message', () => {
  const write = (name: string, content: string) =>
    writeFiles([{ path: classPath('spark', name), content, mode: 0o600 }]);
  const seat = { code: 'AAAA-BBBB-CCCC', cookie: 'a'.repeat(32), token: 'b'.repeat(48) };

  test.each([
    ['', 'is damaged: it is empty'],
    ['{"version": 1, "keys": {"ada": {"code": "AAAA', 'is damaged: it is not JSON'],
    ['[]', 'is damaged: it is not what firesteel writes'],
    [
      JSON.stringify({ version: 1, keys: { ada: { ...seat, code: 'AAAA' } } }),
      'is damaged: keys.ada.code is not what firesteel writes',
    ],
    [JSON.stringify({ version: 2, keys: {} }), 'comes from a newer firesteel'],
  ])('keys.json that holds %s %s', async (content, message) => {
    await write('keys.json', content);
    await expect(readKeys('spark')).rejects.toThrow(`${classPath('spark', 'keys.json')} ${message}`);
  });

  test('the message repeats no code of a damaged file', async () => {
    await write('keys.json', JSON.stringify({ version: 1, keys: { ada: seat } }).slice(0, -2));
    const error = (await readKeys('spark').catch((failure: unknown) => failure)) as Error & { hint: string };
    expect(`${error.message} ${error.hint}`).not.toContain('AAAA');
    expect(error.hint).toMatch(/^restore the file from a backup, .*; without it, every student gets a new code$/);
  });

  test('a students.json with two students of one name is reported as damaged', async () => {
    const twice = { ...record, former: [{ name: 'ada', key: 'old' }] };
    await writeFiles([recordFile('spark', twice)]);
    await expect(readRecord('spark')).rejects.toThrow('students.json is damaged: it is not what firesteel writes');
  });

  test('a folder in its place is named', async () => {
    await writeFiles([{ path: classPath('spark', 'keys.json', 'x'), content: '' }]);
    await expect(readKeys('spark')).rejects.toThrow(/keys\.json: EISDIR/);
  });
});
