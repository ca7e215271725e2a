import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createExec } from '../../../../tasks/core/exec.ts';
import { cachePath } from '../../../../tasks/core/paths.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import {
  findEnvironment,
  lacksEnsurepip,
  makeOwnEnvironment,
  oldEnvironments,
  ownEnvironment,
  pythonProblems,
} from '../../../../tasks/notebooks/dev/environment.ts';
import { ownFolderOfTest } from '../../../own-folder.ts';
import { plainContext } from '../../../plain-context.ts';

/** A machine whose python3 says this of itself; undefined: it has none. */
const machine =
  (version: string | undefined): Exec =>
  async () => {
    if (version === undefined) throw new Error('python3: not found');
    return `Python ${version}\n`;
  };

test.each(['3.11.2', '3.12.0', '3.11.7+'])('Python %s does', async (version) => {
  expect(await pythonProblems(machine(version))).toEqual([]);
});

test('one that is missing is installed', async () => {
  expect(await pythonProblems(machine(undefined))).toEqual([]);
});

test.each(['3.9.2', '3.10.12', '3.13.1', '2.7.18', '4.11.0'])('Python %s does not', async (version) => {
  expect((await pythonProblems(machine(version))).join()).toContain(`python3 is ${version}`);
});

test('every Python has its own environment', async () => {
  const [one, same, other] = await Promise.all(['3.11.2', '3.11.2', '3.12.0'].map((v) => findEnvironment(machine(v))));
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});

test('no environment is used where Python does not answer', async () => {
  await expect(findEnvironment(machine(undefined))).rejects.toThrow('python3: not found');
});

test.each([
  ['without', undefined, true],
  ['with', '3.11.2', false],
])('a Python %s ensurepip', async (_, version, lacks) => {
  expect(await lacksEnsurepip(machine(version))).toBe(lacks);
});

const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

test("a stack's own environment has the cached packages, behind what is installed there", async () => {
  // A path with a blank, as homes may have.
  ownFolderOfTest({ XDG_DATA_HOME: "a student's data", XDG_CACHE_HOME: 'cache' });
  const exec = createExec(new AbortController().signal);
  const minor = (await exec(['python3', '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])).trim();
  const packages = (environment: string) => join(environment, 'lib', `python${minor}`, 'site-packages');
  const cached = packages(await findEnvironment(exec));
  put(join(cached, 'shared.py'), 'text = "cached"');
  put(join(cached, 'newer.py'), 'text = "cached"');
  put(join(cached, 'pip', '__main__.py'), 'print("pip of the cache")');
  const context = plainContext();
  expect(await makeOwnEnvironment.skip?.(context)).toBe(false);
  await makeOwnEnvironment.run(context, { line: () => {} });
  expect(await makeOwnEnvironment.skip?.(context)).toBe('already there');

  put(join(packages(ownEnvironment()), 'newer.py'), 'text = "own"');
  const call = (program: string, ...words: string[]) =>
    execFileSync(join(ownEnvironment(), 'bin', program), words, { encoding: 'utf8' }).trim();
  expect(call('python', '-c', 'import shared, newer; print(shared.text, newer.text)')).toBe('cached own');
  expect(call('pip')).toBe('pip of the cache');
});

test('a cached environment is old if no requirements name it or it is incomplete, and no process uses it', async () => {
  const folder = ownFolderOfTest({ XDG_CACHE_HOME: 'cache' });
  const read = machine('3.11.2');
  expect(await oldEnvironments(read, 0)).toEqual([]);
  const wanted = await findEnvironment(read);
  const [left, used, young] = ['0123456789ab', '123456789abc', '23456789abcd'].map((name) => cachePath('dev', name));
  for (const path of [wanted, left, used, young]) mkdirSync(path ?? '', { recursive: true });
  const before = new Date(Date.now() - 7_200_000);
  for (const path of [wanted, left, used]) utimesSync(path ?? '', before, before);
  expect((await oldEnvironments(read, 3_600_000, join(folder, 'no-proc'))).sort()).toEqual([left, used, wanted].sort());
  put(join(wanted, 'complete'), '');
  utimesSync(wanted, before, before);
  const proc = join(folder, 'proc');
  put(join(proc, '17', 'environ'), `A=1\0JUPYTER_PATH=${used}/share/jupyter\0`);
  put(join(proc, 'self', 'environ'), `A=${left}/bin\0`);
  expect(await oldEnvironments(read, 3_600_000, proc)).toEqual([left]);
});
