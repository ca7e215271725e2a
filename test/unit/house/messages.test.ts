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

test.each([
  ['a title', 'tasks/access/ready-cluster.ts', 'title', 'Check cluster DNS'],
  ['a row of a table', 'tasks/clusters/minikube/reasons/explain.ts', 'text', 'the node lacks something'],
  ['an argument that is a title', 'tasks/history.ts', 'title', 'Stop the history server'],
  ['what a key of the profile means', 'tasks/profile/schema.ts', 'key', 'Kind of cluster.'],
  ['what a Python program reports', 'docker/classroom/connect.py', 'program', 'the pod has no gateway'],
  ['a page of the door', 'docker/door/pages/ask.html', 'program', 'Type your code'],
])('the list has %s', (_, path, kind, text) => expect(new Map(listed).get(path)).toContainEqual({ kind, text }));

test('titles have at most 50 characters', () => {
  const titles = listed.flatMap(([path, found]) =>
    found.filter(({ kind }) => kind === 'title').map(({ text }) => `${path}: ${text}`),
  );
  expect(titles.length).toBeGreaterThan(100);
  expect(titles.filter((title) => title.replace(/^\S+ /, '').replaceAll(/\$\{.*?\}/g, 'x').length > 50)).toEqual([]);
});
