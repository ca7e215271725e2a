// The Makefile's own help: a target that has a line of help and is not listed might as well not be there.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';

test('make lists every target that has a line of help', () => {
  const targets = [...readFileSync(projectPath('Makefile'), 'utf8').matchAll(/^([\w-]+):.*## (.+)$/gm)];
  const listed = execFileSync('make', ['--silent'], { cwd: projectPath(), encoding: 'utf8' });
  const lines = [...listed.matchAll(/^ {2}make (\S+) +(.+)$/gm)];
  expect(lines.map(([, target, help]) => [target, help])).toEqual(targets.map(([, target, help]) => [target, help]));
  expect(targets.map(([, target]) => target)).toContain('e2e');
});
