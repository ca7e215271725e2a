// STYLEGUIDE.md as a rule: no text of the project has the words that the guide replaces.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';

/** What STYLEGUIDE.md lists under "do not write". */
const forbidden = [
  'told',
  'tells? of',
  'asked for',
  'of (?:its|their) own',
  '(?<!(?:long|soon|far|often|much|many) )as (?:it is|they are)',
  'whoever',
  'somebody else',
  'so many',
  'by lot',
  'gone on with',
  'meanwhile',
  'that there is not',
  'which has to be said',
];

/** Places of these words that stay, and why. */
const exceptions: Record<string, string> = {
  'STYLEGUIDE.md': 'lists the words',
  'docs/messages.md': 'is written from the sources, which are read themselves',
  'test/unit/house/language.test.ts': 'lists the words',
};

const places = ['README.md', 'STYLEGUIDE.md', 'Makefile', 'package.json', 'vitest.config.ts'].concat(
  ['docker', 'docs', 'notebooks', 'profiles', 'scripts', 'tasks', 'templates', 'test'].flatMap((folder) =>
    readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ),
);

/** Texts of the project itself: not pins, pictures, data, or recordings of other programs. */
const isText = (path: string): boolean =>
  statSync(projectPath(path)).isFile() &&
  /(?:\.(?:conf|css|html|ipynb|js|json|md|properties|py|sh|ts|yaml)|file)$/.test(path) &&
  !/\/recordings\.json$|__pycache__/.test(path);

/** Between two words of a phrase: blanks, or the end of a line and the sign of a comment. */
const gap = String.raw`\s+(?:(?:\/\/|\*|#)\s+)?`;
const pattern = new RegExp(String.raw`\b(?:${forbidden.join('|').replaceAll(/(?<!\)) (?!\))/g, gap)})\b`, 'gi');

function found(path: string, text: string): string[] {
  return [...text.matchAll(pattern)].map(
    ({ 0: words, index }) => `${path}:${text.slice(0, index).split('\n').length} ${words.replaceAll(/\s+/g, ' ')}`,
  );
}

test('the words are found across the lines of a comment, and longer phrases with them are not', () => {
  expect(found('x', '// Each in a folder of\n// its own, as it is.')).toEqual(['x:1 of // its own', 'x:2 as it is']);
  expect(found('x', 'as long as it is there, as soon as they are seen, a toldo')).toEqual([]);
});

test('no text has a word that STYLEGUIDE.md replaces', () => {
  const texts = places.filter((path) => !Object.hasOwn(exceptions, path) && isText(path));
  expect(texts.length).toBeGreaterThan(500);
  expect(texts.flatMap((path) => found(path, readFileSync(projectPath(path), 'utf8')))).toEqual([]);
});

test('STYLEGUIDE.md lists every word that is looked for', () => {
  const guide = readFileSync(projectPath('STYLEGUIDE.md'), 'utf8');
  expect(forbidden.filter((words) => !new RegExp(`^\\|[^|]*\\b${words}\\b[^|]*\\|`, 'm').test(guide))).toEqual([]);
});
