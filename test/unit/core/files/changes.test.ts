// Changes of files and folders.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createFileVerbs } from '../../../../tasks/core/files/changes.ts';
import { ownFiles } from '../../own-files.ts';

const { path, put } = ownFiles();

test('a folder is removed with its content, and a missing path is fine', async () => {
  put('a/b/c', '');
  put('d', '');
  await createFileVerbs().remove(path('a'), path('d'), path('absent'));
  expect(readdirSync(path())).toEqual([]);
});

test('folders are made with their parents, and may exist', async () => {
  await createFileVerbs().mkdir(path('a/b'), path('a/b'), path('c'));
  expect(readdirSync(path()).sort()).toEqual(['a', 'c']);
});

test('a file takes the place of another, and a folder never that of one with something in it', async () => {
  const { move } = createFileVerbs();
  await move(put('new', 'new'), put('old', 'old'));
  expect(readFileSync(path('old'), 'utf8')).toBe('new');
  put('from/one', '');
  put('to/other', '');
  await expect(move(path('from'), path('to'))).rejects.toThrow('ENOTEMPTY');
  expect(readdirSync(path('to'))).toEqual(['other']);
});

test('after Ctrl-C nothing is removed, made or moved, and what was begun elsewhere is still noted', async () => {
  put('a', '');
  const verbs = createFileVerbs(AbortSignal.abort(new Error('Ctrl-C')));
  await expect(verbs.remove(path('a'))).rejects.toThrow('Ctrl-C');
  await expect(verbs.mkdir(path('b'))).rejects.toThrow('Ctrl-C');
  await expect(verbs.move(path('a'), path('b'))).rejects.toThrow('Ctrl-C');
  await verbs.write([{ path: path('note'), content: '' }]);
  expect([existsSync(path('a')), existsSync(path('b')), existsSync(path('note'))]).toEqual([true, false, true]);
});
