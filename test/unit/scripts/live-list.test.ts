// The live list, on a real terminal; and when a drawing is shown on one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { canDraw, canRedraw } from '../../../scripts/cli/output.ts';
import { projectPath } from '../../../tasks/core/paths.ts';

const list = projectPath('test', 'fakes', 'live-list.ts');
// A terminal that nobody gave a size has none.
const command = `stty cols 80 rows 24; '${process.execPath}' --import tsx '${list}'`;
const hasScript = process.platform === 'linux' && existsSync('/usr/bin/script');

test.skipIf(!hasScript)(`is drawn on a terminal${hasScript ? '' : ' (skipped: no /usr/bin/script)'}`, () => {
  const { stdout } = spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    encoding: 'utf8',
    cwd: projectPath(),
    env: { ...process.env, TERM: 'xterm', CI: '' },
  });
  const text = stripVTControlCharacters(stdout);
  expect(text).toContain('There already: it is');
  expect(text).toContain('Inner: first line');
  expect(text).not.toContain('second line');
  expect(text).toContain('ada  starting');
  expect(text).toMatch(/✔ Both \[1\.\d s\]/);
  expect(text).toContain('well done');
});

const lateSteps = projectPath('test', 'fakes', 'late-steps.ts');

test.skipIf(!hasScript)('steps that are known late are shown as those that are known at once, in every way', () => {
  const titles = (known: string, shown: string): string[] => {
    const words = `stty cols 80 rows 24; '${process.execPath}' --import tsx '${lateSteps}' ${known} ${shown}`;
    const { stdout } = spawnSync('script', ['--quiet', '--return', '--command', words, '/dev/null'], {
      encoding: 'utf8',
      cwd: projectPath(),
      env: { ...process.env, TERM: 'xterm', CI: '' },
    });
    const ends = stripVTControlCharacters(stdout).matchAll(/✔ (\w+)|"path":\["(\w+)"\],"state":"completed"/g);
    return [...new Set([...ends].map(([, line, event]) => line ?? event ?? ''))];
  };
  for (const known of ['at-once', 'late'])
    for (const shown of ['live', 'plain', 'json'])
      expect([known, shown, ...titles(known, shown)]).toEqual([known, shown, 'Convert', 'Build', 'Submit']);
});

test.each([
  ['a terminal', { isTTY: true, columns: 80 }, { TERM: 'xterm' }, true],
  ['a terminal without a width', { isTTY: true, columns: 0 }, { TERM: 'xterm' }, false],
  ['a terminal that cannot move its cursor', { isTTY: true, columns: 80 }, { TERM: 'dumb' }, false],
  ['a terminal that nobody named', { isTTY: true, columns: 80 }, {}, false],
  ['a terminal of a CI', { isTTY: true, columns: 80 }, { TERM: 'xterm', CI: 'true' }, false],
  ['a terminal with CI switched off', { isTTY: true, columns: 80 }, { TERM: 'xterm', CI: 'false' }, true],
  ['a file', {}, { TERM: 'xterm' }, false],
])('on %s the list is drawn live or goes out in plain lines', (_, stream, env, isLive) =>
  expect(canRedraw(stream, env)).toBe(isLive),
);

const drawing = '\u001b[97;40m12345\u001b[0m\n123';

test.each([
  ['is shown', 'a terminal that is just wide enough', { isTTY: true, columns: 5 }, 'xterm', true],
  ['is left out', 'a narrower one', { isTTY: true, columns: 4 }, 'xterm', false],
  ['is left out', 'one that cannot move its cursor', { isTTY: true, columns: 80 }, 'dumb', false],
  ['is left out', 'a pipe', { columns: 80 }, 'xterm', false],
])('a drawing %s on %s', (_, __, stream, TERM, isShown) => expect(canDraw(drawing, stream, { TERM })).toBe(isShown));
