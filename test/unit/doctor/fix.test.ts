// doctor from its look to its cure: what was found is asked about once, cured, and looked at again.
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { nodeFinding, programChecks } from '../../../tasks/doctor/checks/programs.ts';
import { ownProgram } from '../../../tasks/doctor/fix.ts';
import { doctorWith } from '../../../tasks/doctor.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { type Check, ok, type Remedy } from '../../../tasks/steps/check.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { runSteps } from '../../../tasks/steps/runner.ts';
import type { Context, Tool } from '../../../tasks/steps/types.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';

const folder = ownFolder();
const profile = await readProfile('local', []);
const { signal } = new AbortController();

const lacking = (name: string, path: string, remedy: Remedy): Check => ({
  name,
  title: `The file ${name}`,
  category: 'This machine',
  affects: 'tests',
  run: () => (existsSync(path) ? ok('there') : { state: 'missing', seen: 'not there', remedies: [remedy] }),
});

const contextOf = (checks: readonly Check[], own: Partial<Context> = {}) =>
  plainContext({ profile, signal, cluster: { preflights: [], checks } as unknown as Cluster, ...own });

/** What a run of the verb comes to. */
async function run(context: Context, names: string[], probes = false) {
  const plan = await planIn(doctorWith({ isFixing: true, probes }), context, names);
  const { commands: asked } = (await plan.questions?.(context)) ?? {};
  const outcome = await runSteps(plan.steps, context, {
    report: () => {},
    abort: () => {},
  });
  expect(outcome.failure).toBeUndefined();
  return { asked, code: plan.exitCode?.(context), lines: await plan.done?.(context) };
}

test('--fix runs the command of each finding once, and checks again', async () => {
  const path = join(folder, 'wanted');
  const remedy = { command: ['touch', path] } as const;
  const { asked, code, lines } = await run(contextOf([lacking('one', path, remedy), lacking('two', path, remedy)]), [
    'one',
    'two',
  ]);
  expect(asked).toEqual([`touch ${path}`]);
  expect(code).toBe(0);
  expect(lines?.at(-1)).toBe('All is well: 2 checks found nothing wrong.');
});

test('a cure that fails is named, and the next one still runs', async () => {
  const path = join(folder, 'second');
  const { code, lines } = await run(
    contextOf([
      lacking('one', join(folder, 'no'), { command: ['false'] }),
      lacking('two', path, { command: ['touch', path] }),
    ]),
    ['one', 'two'],
  );
  expect(code).toBe(1);
  expect(lines?.[0]).toBe('✖ false: false: exit code 1');
  expect(lines?.at(-1)).toBe('1 finding in 2 checks: 1 missing.');
});

test('--fix --probe makes pods only when it runs, and also where nothing is to cure', async () => {
  let tries = 0;
  const probing: Check = {
    ...lacking('pods', join(folder, 'no'), { text: 'pray' }),
    probes: true,
    run: () => {
      tries += 1;
      return ok('tried');
    },
  };
  await planIn(doctorWith({ isFixing: true, probes: true }), contextOf([probing]), ['pods']);
  expect(tries).toBe(0);
  const { code } = await run(contextOf([probing]), ['pods'], true);
  expect([tries, code]).toEqual([1, 0]);
});

test('--fix does not ask about cures without a command', async () => {
  const { asked, code } = await run(contextOf([lacking('one', join(folder, 'no'), { text: 'pray' })]), ['one']);
  expect(asked).toEqual([]);
  expect(code).toBe(1);
});

test.each([
  ['the script of a verb', projectPath('scripts', 'doctor.ts'), projectPath('scripts', 'firesteel.ts')],
  ['the one command', projectPath('scripts', 'firesteel.ts'), projectPath('scripts', 'firesteel.ts')],
  ['an installed command', '/usr/local/bin/firesteel', '/usr/local/bin/firesteel'],
])('cures of %s run through the command that takes any verb', (_, started, expected) =>
  expect(ownProgram(started)).toBe(expected),
);

test('an unknown check is a usage error that names the nearest check', async () => {
  const context = contextOf([]);
  expect((await planIn(doctorWith(), context, ['prxy'])).problems).toEqual([
    'check "prxy" is unknown; did you mean "proxy"?; firesteel doctor --list shows all',
  ]);
});

test('a program is missing until it is on PATH', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const program = join(bin, 'fs-missing-program');
  const before = process.env['PATH'];
  process.env['PATH'] = `${bin}:${before}`;
  try {
    const tools: Tool[] = [{ name: 'fs-missing-program', package: 'hello', purpose: 'greets' }];
    const cluster = { preflights: [], tools: () => tools } as unknown as Cluster;
    const context = plainContext({ profile, signal, cluster, read: async () => '' });
    const check = programChecks.find(({ name }) => name === 'cluster-tools');
    expect(await check?.run(context)).toMatchObject({
      state: 'missing',
      seen: 'fs-missing-program is not installed (greets)',
      remedies: [{ command: ['apt-get', 'install', 'hello'], asRoot: true }],
    });
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    expect(await check?.run(context)).toMatchObject({ state: 'ok' });
    rmSync(program);
  } finally {
    process.env['PATH'] = before;
  }
});

test.each([
  ['v20.18.9', 'missing'],
  ['v20.19.0', 'ok'],
  ['v24.1.0', 'ok'],
])('Node.js %s is %s', (version, state) => expect(nodeFinding(version, '20.19.0').state).toBe(state));
