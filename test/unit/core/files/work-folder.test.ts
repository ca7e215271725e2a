// Folders that are made whole or not at all.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../../../tasks/core/failure.ts';
import { createFileVerbs } from '../../../../tasks/core/files/changes.ts';
import { replaceFolder } from '../../../../tasks/core/files/work-folder.ts';
import { ownFiles } from '../../own-files.ts';

const verbs = createFileVerbs();
const { path, put } = ownFiles();

test('the new folder replaces the old one', async () => {
  put('tool/old', '');
  await replaceFolder(path('tool'), verbs, async (work) => writeFileSync(join(work, 'new'), ''));
  expect(readdirSync(path('tool'))).toEqual(['new']);
  expect(readdirSync(path())).toEqual(['tool']);
});

test('leftovers of a killed process with the same id are ignored', async () => {
  put(`tool.${process.pid}/stale`, '');
  await replaceFolder(path('tool'), verbs, async (work) => writeFileSync(join(work, 'new'), ''));
  expect(readdirSync(path('tool'))).toEqual(['new']);
});

test('if making fails, the old folder stays, and nothing else', async () => {
  put('tool/old', '');
  const failing = replaceFolder(path('tool'), verbs, async (work) => {
    mkdirSync(join(work, 'half'));
    throw new Error('cut off');
  });
  await expect(failing).rejects.toThrow('cut off');
  expect(readdirSync(path('tool'))).toEqual(['old']);
  expect(readdirSync(path())).toEqual(['tool']);
});

test.each([
  ['a command', new Failure('cp failed', { output: 'cp: error writing: No space left on device' })],
  ['this program', new Error('ENOSPC: no space left on device, write')],
])('a full disk is named, with what makes room, where %s meets it', async (_, error) => {
  const failing = replaceFolder(path('tool'), verbs, async () => {
    throw error;
  });
  await expect(failing).rejects.toMatchObject({
    message: `no space left for ${path('tool')}`,
    hint: expect.stringContaining('firesteel gc 0s --cache'),
  });
  expect(existsSync(path('tool'))).toBe(false);
});
