// What notebook takes and refuses, what it brings, and what it removes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { refOf, shownRef } from '../../tasks/kube/ref.ts';
import { type NotebookFlags, notebookWith } from '../../tasks/notebook.ts';
import { shownContents } from '../../tasks/notebooks/server/claim.ts';
import { broughtFiles } from '../../tasks/notebooks/server/files.ts';
import { serverRefs } from '../../tasks/notebooks/server/names.ts';
import { labObjects } from '../../tasks/notebooks/server/objects.ts';
import { parseGit } from '../../tasks/profile/blocks/notebooks.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { tokenRef } from '../../tasks/servers/names.ts';
import { planFor } from '../plan-of.ts';

const profile = await readProfile('local', []);
const folder = mkdtempSync(join(tmpdir(), 'fs-brought-'));
afterAll(() => rmSync(folder, { recursive: true }));
const lessons = join(folder, 'lessons');
mkdirSync(join(lessons, 'data'), { recursive: true });
mkdirSync(join(lessons, '.ipynb_checkpoints'));
for (const name of ['b.ipynb', 'a.ipynb', '.hidden', '~a.tmp', 'data/rows.csv', '.ipynb_checkpoints/a.ipynb'])
  writeFileSync(join(lessons, name), '{}');

const problems = async (flags: NotebookFlags, ...words: string[]) =>
  (await planFor(notebookWith(flags), profile, words)).problems ?? [];

describe('bad input is reported before anything is done', () => {
  test.each<[NotebookFlags, string[], RegExp]>([
    [{ name: 'Ada' }, ['status'], /^--name Ada: expected at most 20 lower-case/],
    [{ git: 'git@example.org:a.git' }, ['up'], /^--git .*: expected an address such as https/],
    [{ git: 'https://me:hush@example.org/a.git' }, ['up'], /^--git https:\/\/\*\*\*@example\.org\/a\.git: expected/],
    [{}, ['up', '/nowhere/at-all'], /^\/nowhere\/at-all: no such file or folder$/],
    [{}, ['up', lessons, lessons], /^two files or folders are named lessons$/],
  ])('%j %j', async (flags, words, expected) => {
    expect(await problems(flags, ...words)).toEqual([expect.stringMatching(expected)]);
  });

  test('good input has no problem', async () => {
    expect(await problems({ name: 'ada', git: 'https://example.org/a.git@v1' }, 'up', lessons)).toEqual([]);
  });
});

test.each([
  ['https://example.org/me/course.git', { url: 'https://example.org/me/course.git', folder: 'course', ref: undefined }],
  ['https://example.org/course/', { url: 'https://example.org/course/', folder: 'course', ref: undefined }],
  ['http://10.0.0.1:80/a.b.git@feature/x', { url: 'http://10.0.0.1:80/a.b.git', folder: 'a.b', ref: 'feature/x' }],
  ['https://example.org/course.git@', undefined],
  ['https://example.org/course.git@--upload-pack=x', undefined],
  ['https://example.org/..', undefined],
  ['https://example.org/', undefined],
  ['https://me@example.org/course.git', undefined],
  ['file:///etc', undefined],
  ['course', undefined],
])('%s as a repository', (text, parts) => expect(parseGit(text)).toEqual(parts));

test('a folder is uploaded with its content, except hidden files', () => {
  expect(broughtFiles([lessons, join(lessons, 'a.ipynb')]).map(({ to }) => to)).toEqual([
    ...['lessons', 'lessons/a.ipynb', 'lessons/b.ipynb', 'lessons/data', 'lessons/data/rows.csv'],
    'a.ipynb',
  ]);
});

test('down removes everything that up makes but the claim', async () => {
  const made = await labObjects({
    profile,
    object: 'notebook',
    image: 'spark:1',
    sizes: { server: {}, executors: {} },
    pip: { variables: {}, notes: [] },
    pullSecrets: [],
  });
  const kept = made.filter(({ kind }) => kind !== 'PersistentVolumeClaim').map(refOf);
  const shown = (refs: readonly Parameters<typeof shownRef>[0][]) => refs.map(shownRef).sort();
  expect(shown(serverRefs('notebook', profile))).toEqual(shown([...kept, tokenRef('notebook', profile)]));
});

test.each([
  [{ files: 1, bytes: 1_234_567, isAll: true }, '1 file, 1.2 MB'],
  [{ files: 4000, bytes: 2e9, isAll: false }, 'more than 4000 files, 2000.0 MB'],
  [undefined, 'its content is unknown, because no notebook server is running'],
])('a work folder with %j is asked about as %s', (contents, text) => expect(shownContents(contents)).toBe(text));
