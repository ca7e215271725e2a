// docs/messages.md lists what users read, so that its tone can be reviewed in one place.
import { expect, test } from 'vitest';
import { messages } from '../../messages.ts';

const listed = messages();

test('docs/messages.md lists every title, hint and failure of the sources', async () => {
  const sections = listed.map(([path, found]) => [
    `## ${path}`,
    '',
    ...found.map(({ kind, text }) => `    ${kind.padEnd(8)} ${text}`),
    '',
  ]);
  const text = [
    '# Messages',
    '',
    'Every text that users read, by file. `npx vitest run --project unit test/unit/house/messages.test.ts -u` writes this page',
    'from the sources. [STYLEGUIDE.md](../STYLEGUIDE.md) says how these texts are written.',
    '',
    ...sections.flat(),
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../../docs/messages.md');
});

test('titles have at most 50 characters', () => {
  const titles = listed.flatMap(([path, found]) =>
    found.filter(({ kind }) => kind === 'title').map(({ text }) => `${path}: ${text}`),
  );
  expect(titles.length).toBeGreaterThan(100);
  expect(titles.filter((title) => title.replace(/^\S+ /, '').replaceAll(/\$\{.*?\}/g, 'x').length > 50)).toEqual([]);
});
