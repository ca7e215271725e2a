// What the documents lead to: every link, path and command of the project that they name is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { verbs } from '../../scripts/verbs.ts';
import { projectPath } from '../../tasks/lib/paths.ts';

const documents = ['', 'docs', 'profiles', join('docker', 'jobs')].flatMap((folder) =>
  readdirSync(projectPath(folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const textOf = (path: string) => readFileSync(projectPath(path), 'utf8');

test.each(documents)('%s links to files and headings that are there', (path) => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-');
  const lost = [...textOf(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].filter(
    ([, file = '', heading]) => {
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(projectPath(target))) return true;
      const headings = [...textOf(target).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchor(text));
      return heading !== undefined && !headings.includes(heading);
    },
  );
  expect(lost.map(([link]) => link)).toEqual([]);
});

test.each(documents)('%s names paths that are there', (path) => {
  const named = [...textOf(path).matchAll(/`((?:tasks|scripts|docker|templates|profiles|test|notebooks)\/[\w./-]*)`/g)];
  const lost = named.map(([, name = '']) => name).filter((name) => !/NAME|\/\.\.\./.test(name));
  expect(lost.filter((name) => !existsSync(projectPath(name)))).toEqual([]);
});

test.each(documents)('%s names verbs that there are', (path) => {
  const named = [...textOf(path).matchAll(/^ {4}(?:npx firesteel|npx tsx scripts\/|firesteel) ?([a-z]\w*)/gm)];
  expect(named.map(([, verb = '']) => verb).filter((verb) => !Object.hasOwn(verbs, verb))).toEqual([]);
});

test('docs/commands.md has a row for every verb', () => {
  const rows = [...textOf('docs/commands.md').matchAll(/^\| `([a-z]+)/gm)].map(([, verb]) => verb);
  expect(Object.keys(verbs).filter((verb) => !rows.includes(verb))).toEqual([]);
});
