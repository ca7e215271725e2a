// What a run does when nobody reads what it writes, or when its disk is full: work continues, and loss is not a success.
import { type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { runFolder } from '../../../tasks/record/run-folder.ts';
import { ownFolder } from '../../own-folder.ts';
import { writeRecord } from '../runs/run-context.ts';
import { run } from '../runs/seen-run.ts';

const folder = ownFolder();

type Place = 'full' | 'gone' | 'read';

/** Runs the command with its outputs in these places; returns its exit code and what could be read. */
async function firesteel(
  words: string[],
  stdout: Place,
  { stderr = 'read', env = {} }: { stderr?: Place; env?: NodeJS.ProcessEnv } = {},
) {
  const full = openSync('/dev/full', 'w');
  const shown = (place: Place) => (place === 'full' ? full : 'pipe');
  const options: SpawnOptions = {
    cwd: projectPath(),
    env: { ...process.env, ...env },
    stdio: ['ignore', shown(stdout), shown(stderr)],
  };
  const script = ['--import', 'tsx', projectPath('scripts', 'firesteel.ts')];
  const child = spawn(process.execPath, [...script, ...words], options);
  closeSync(full);
  if (stdout === 'gone') child.stdout?.destroy();
  if (stderr === 'gone') child.stderr?.destroy();
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (chunk) => {
      texts[name] += chunk;
    });
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  return { code, ...texts };
}

const noRoom = /^✖ cannot write to standard output: ENOSPC: no space left on device, write\n→ send the output .*\n$/;

describe.skipIf(!existsSync('/dev/full'))('a verb that changes something', () => {
  test.each([
    ['a reader that goes away', ['gc', '0s', '--json'], 'gone', 0, /^$/],
    ['a full disk', ['gc', '0s'], 'full', 1, noRoom],
  ] as const)('goes on to its end with %s', async (_, words, stdout, code, stderr) => {
    // What gc removes, by a step that comes after its first lines.
    const cache = join(folder, stdout);
    const leftover = join(cache, 'firesteel', 'data', 'digits-0123456789ab');
    mkdirSync(leftover, { recursive: true });
    const ended = await firesteel([...words], stdout, { env: { XDG_CACHE_HOME: cache } });
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(stderr) });
    expect(existsSync(leftover)).toBe(false);
  });
});

describe.skipIf(!existsSync('/dev/full'))('a verb that only shows', () => {
  test.each([
    [['--help'], 'full', 'full', 1, /^$/],
    [['logs', 'nosuchrun'], 'read', 'full', 2, /^$/],
  ] as const)('%j with stdout %s and stderr %s ends with %i', async (words, stdout, stderr, code, said) => {
    const ended = await firesteel([...words], stdout, { stderr });
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(said) });
  });

  test('ends when the reader of a long log has gone', async () => {
    await writeRecord({ ...run, exitCode: 0 });
    writeFileSync(join(runFolder(run.id), 'driver.log'), 'line\n'.repeat(100_000));
    expect(await firesteel(['logs', run.id], 'gone')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

test('a command that is done ends, also where something would keep its process alive', async () => {
  const program = "setInterval(() => {}, 1000); await (await import('./scripts/firesteel.ts')).main(['version'])";
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: projectPath(),
    stdio: 'ignore',
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
});
