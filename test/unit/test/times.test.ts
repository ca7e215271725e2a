import { expect, test } from 'vitest';
import { secondsByFile, timesPage } from '../../times.ts';

const page = timesPage('make test-all', [
  {
    name: 'e2e',
    seconds: 100,
    files: [
      { file: 'test/e2e/a.test.ts', seconds: 9.26, commands: [] },
      {
        file: 'test/e2e/b.test.ts',
        seconds: 120.4,
        commands: [
          { file: '/p/test/e2e/b.test.ts', verb: 'deploy', seconds: 12 },
          { file: '/p/test/e2e/b.test.ts', verb: 'submit', seconds: 40 },
          { file: '/p/test/e2e/b.test.ts', verb: 'submit', seconds: 30.5 },
        ],
      },
      { file: 'test/e2e/c.test.ts', seconds: 0.4, commands: [] },
      { file: 'test/e2e/d.test.ts', seconds: 1.1, commands: [] },
    ],
  },
]);

test('the page of test times lists the longest file first, with the commands it waited for', () => {
  expect(page).toContain('`make test-all` took 1.7 minutes.');
  expect(page.split('\n').filter((line) => line.startsWith('| '))).toEqual([
    '| file | seconds | firesteel commands |',
    '| --- | ---: | --- |',
    '| test/e2e/b.test.ts | 120 | 2 submit in 71 s, 1 deploy in 12 s |',
    '| test/e2e/a.test.ts | 9.3 |  |',
    '| 2 files under 2 s | 1.5 | |',
  ]);
  expect(page).toContain('## e2e: 100 s by the clock, 131 s in files');
});

test('the order of the next run reads its seconds from the page', () => {
  expect([...secondsByFile(page)]).toEqual([
    ['test/e2e/b.test.ts', 120],
    ['test/e2e/a.test.ts', 9.3],
  ]);
});
