// The forms of a kubeconfig that stay as they were: JSON, and comments in odd places.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { isInKubeconfig, mergeKubeconfig, removeFromKubeconfig } from '../../../../tasks/kube/kubeconfig/file.ts';
import { ownFolder } from '../../../own-folder.ts';

const path = join(ownFolder(), 'config');
const entry = (name: string) => ({ name, cluster: { server: 'https://198.18.0.2:6443' }, user: { token: 'x' } });

beforeEach(() => writeFile(path, ''));

test('leaves a file of JSON one, with its indentation', async () => {
  for (const indent of [0, 2, 4]) {
    const text = JSON.stringify({ apiVersion: 'v1', clusters: [{ name: 'a', cluster: {} }], users: [] }, null, indent);
    await writeFile(path, text);
    await mergeKubeconfig(path, entry('local'), writeFiles);
    const merged = await readFile(path, 'utf8');
    expect(JSON.stringify(JSON.parse(merged), null, indent)).toBe(merged);
  }
});

test.each(['---\n', 'null\n', '~\n', '{}', '# mine\n---\n'])('fills a file of nothing: %j', async (text) => {
  await writeFile(path, text);
  await mergeKubeconfig(path, entry('local'), writeFiles);
  expect(await isInKubeconfig(path, entry('local'))).toBe(true);
});

test('keeps the comment of an empty list', async () => {
  await writeFile(path, 'clusters: [] # none yet\nusers: []\ncontexts: []\n');
  await mergeKubeconfig(path, entry('local'), writeFiles);
  expect(await readFile(path, 'utf8')).toContain('# none yet');
});

test('a number, a date and a word of YAML 1.1 come back as they were written', async () => {
  const odd = ['12345678901234567890', '0x1F', '1e3', '010', '0b11', '1_000', '12:30:45', '1.10', '.inf', '~', 'yes'];
  const text = `apiVersion: v1\nkind: Config\nclusters:\n- name: a\n  cluster:\n${odd.map((one, i) => `    key${i}: ${one}\n`).join('')}users: []\ncontexts: []\n`;
  await writeFile(path, text);
  await mergeKubeconfig(path, entry('local'), writeFiles);
  await removeFromKubeconfig(path, 'local', writeFiles);
  expect(await readFile(path, 'utf8')).toBe(text);
});
