// Files and folders that are brought to notebook servers: what can be brought, and where it ends.
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { broughtFiles, fileProblems } from '../../../../tasks/notebooks/server/files.ts';
import { ownFiles } from '../../own-files.ts';

const { path, put } = ownFiles();

test('links that lead back to a folder above them end there', () => {
  mkdirSync(path('lessons/deep'), { recursive: true });
  put('lessons/a.ipynb', '{}');
  symlinkSync('..', path('lessons/deep/up'));
  symlinkSync(path(), path('lessons/deep/top'));
  symlinkSync('a.ipynb', path('lessons/b.ipynb'));
  expect(fileProblems([path('lessons')])).toEqual([]);
  expect(broughtFiles([path('lessons')]).map(({ to }) => to)).toEqual([
    'lessons',
    'lessons/a.ipynb',
    'lessons/b.ipynb',
    'lessons/deep',
    'lessons/deep/top',
  ]);
});

test('sockets and devices, which never end, stay out of a folder and are refused by name', async () => {
  mkdirSync(path('data'), { recursive: true });
  const server = createServer().listen(path('data/socket'));
  await once(server, 'listening');
  const brought = broughtFiles([path('data')]);
  const problems = fileProblems([path('data/socket'), '/dev/null']);
  server.close();
  expect(brought.map(({ to }) => to)).toEqual(['data']);
  expect(problems).toEqual([
    `${path('data/socket')}: not a file and not a folder`,
    '/dev/null: not a file and not a folder',
  ]);
});

test('a hidden file is refused before any server refuses it', () =>
  expect(fileProblems([put('.secret', 'x')])).toEqual([
    `${path('.secret')}: JupyterLab takes no hidden files: choose a name without a dot in front`,
  ]));
