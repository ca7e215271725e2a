// Files of a job's layer: how their content is hashed, and how they are copied.
import { chmodSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createExec } from '../../../../tasks/core/exec.ts';
import { contentOf, copiesOf, copyCommands, fileProblems, topsOf } from '../../../../tasks/images/layer/files.ts';
import { ownFiles } from '../../own-files.ts';

const exec = createExec(new AbortController().signal);

const { path, put } = ownFiles();

test('files are hashed by path, mode and content, whatever their order and time', async () => {
  put('set/b.txt', 'b');
  chmodSync(put('set/a.sh', 'a'), 0o755);
  put('set/__pycache__/a.pyc', 'noise');
  const lines = await contentOf([{ from: path('set'), to: '/data' }]);
  expect(lines.map((line) => line.slice(0, 14))).toEqual(['/data/a.sh x c', '/data/b.txt - ']);
  put('set/b.txt', 'c');
  expect(await contentOf([{ from: path('set'), to: '/data' }])).not.toEqual(lines);
});

test('files are copied whole, links as what they point to, for everybody to read', async () => {
  put('set/deep/a.txt', 'a');
  put('set/.git/config', '');
  symlinkSync(put('elsewhere', 'e'), path('set', 'link'));
  chmodSync(put('set/tool.sh', 't'), 0o654);
  chmodSync(put('one.py', '1'), 0o600);
  const files = [
    { from: path('set'), to: '/data' },
    { from: path('one.py'), to: '/opt/spark/job/files/one.py' },
    { from: path('one.py'), to: '/opt/spark/job/files/two.py' },
  ];
  const copies = copiesOf(files, path('root'));
  for (const command of copyCommands(files, copies)) await exec(command);
  expect(await contentOf(copies)).toEqual(await contentOf(files));
  expect(readdirSync(path('root', 'data')).sort()).toEqual(['deep', 'link', 'tool.sh']);
  expect(topsOf(files, '/opt/spark/job')).toEqual(['data', 'opt/spark/job']);
});

test('a thousand files take few commands', () => {
  const files = Array.from({ length: 1000 }, (_, i) => ({
    from: put(`m/${i}.py`, ''),
    to: `/opt/spark/job/python/${i}.py`,
  }));
  expect(copyCommands(files, copiesOf(files, '/root')).length).toBeLessThan(6);
});

test('a folder with a link to itself is refused', () => {
  mkdirSync(path('loop'));
  symlinkSync(path('loop'), path('loop', 'again'));
  expect(fileProblems([{ from: path('loop'), to: '/x' }])).toEqual([
    expect.stringMatching(/a link to a folder that contains it$/),
  ]);
});
