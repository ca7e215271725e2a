// A fault of firesteel itself, really made: it leaves a file with its stack, and one line that names it and the report.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firesteelCommand } from '../../built-command.ts';
import { ownFolder } from '../../own-folder.ts';

const folder = ownFolder();
const canary = 'Kanarievogel4711';

/** Runs before the command: standard output, which a verb writes to, breaks as no code expects it. */
const sabotage = `process.stdout.write = () => { throw new TypeError('boom token=${canary}'); };`;

test('a fault keeps its stack in a file without secrets, and says where', () => {
  const [program, ...words] = firesteelCommand;
  const { status, stderr } = spawnSync(program, [...words, 'version'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      XDG_DATA_HOME: folder,
      MY_SECRET: canary,
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(sabotage)}"`,
    },
  });
  expect(status, stderr).toBe(1);
  const crashes = join(folder, 'firesteel', 'crashes');
  const [name = ''] = readdirSync(crashes);
  const path = join(crashes, name);
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(
    `→ this is a fault of firesteel, recorded in ${path}; make a bug report: firesteel report`,
  );
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(/^firesteel version$/m);
  expect(text).toMatch(/TypeError: boom token=\*\*\*\n +at /);
  expect(text).not.toContain(canary);
});
