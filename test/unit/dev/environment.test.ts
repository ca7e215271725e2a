import { expect, test } from 'vitest';
import { findEnvironment, lacksEnsurepip, pythonProblems } from '../../../tasks/dev/environment.ts';
import type { Exec } from '../../../tasks/lib/types.ts';

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

test('every Python has an environment of its own', async () => {
  const [one, same, other] = await Promise.all(['3.11.2', '3.11.2', '3.12.0'].map((v) => findEnvironment(machine(v))));
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});

test('no environment is made up where Python does not answer', async () => {
  await expect(findEnvironment(machine(undefined))).rejects.toThrow('python3: not found');
});

test.each([
  ['without', undefined, true],
  ['with', '3.11.2', false],
])('a Python %s ensurepip', async (_, version, lacks) => {
  expect(await lacksEnsurepip(machine(version))).toBe(lacks);
});
