// What the documents lead to: every link, path and command of the project that they name is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ActionVerb } from '../../../scripts/cli/verb.ts';
import { verbs } from '../../../scripts/cli/verbs.ts';
import { projectPath } from '../../../tasks/core/paths.ts';

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

test.each(documents)('%s names verbs and actions that are there', (path) => {
  const commands = [...textOf(path).matchAll(/npx firesteel ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*)\b(?![./]))?/g)];
  const lost = commands.filter(([, name = '', word]) => {
    const verb = verbs[name];
    if (!verb) return !['completion', 'version'].includes(name);
    return word !== undefined && 'actions' in verb && !Object.hasOwn(verb.actions, word);
  });
  expect(lost.map(([command]) => command)).toEqual([]);
});

test('the guide to a class names flags that the verb has', () => {
  const { flags, actions } = verbs['classroom'] as ActionVerb;
  const own = [flags, ...Object.values(actions).map((action) => action.flags)]
    .flatMap((lines) => Object.keys(lines ?? {}))
    .map((flag) => flag.split(' ')[0]);
  const named = textOf('docs/classroom.md').match(/(?<=`[^`\n]*)--[a-z][a-z-]*/g) ?? [];
  expect(named.length).toBeGreaterThan(3);
  const common = ['--json', '--dry-run', '--profile', '--set', '--yes'];
  expect(named.filter((flag) => ![...own, ...common].includes(flag))).toEqual([]);
});

test('docs/commands.md has a row for every verb', () => {
  const rows = [...textOf('docs/commands.md').matchAll(/^\| `([a-z]+)/gm)].map(([, verb]) => verb);
  expect(Object.keys(verbs).filter((verb) => !rows.includes(verb))).toEqual([]);
});
