// A dry run: everything is looked at, every change is printed, nothing is done.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { asRoot, createExec, shown } from '../../../tasks/core/exec.ts';
import { createFileVerbs, writeFiles } from '../../../tasks/core/files/changes.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { dryRunContext, dryRunSteps } from '../../../tasks/steps/dry-run.ts';
import type { Context, SingleStep, Step } from '../../../tasks/steps/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-dry-'));
afterAll(() => rmSync(folder, { recursive: true }));

const exec = createExec(new AbortController().signal);
const named = (name: string) => ({ name }) as unknown as Kube;
const real = {
  read: exec,
  run: exec,
  ...createFileVerbs(),
  kube: named('own'),
  connect: () => named('other'),
} as unknown as Context;

async function dryRun(steps: Step[]): Promise<string[]> {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  await dryRunSteps(
    steps,
    dryRunContext(real, (kube) => ({ ...kube, dry: true }) as unknown as Kube, print),
    print,
  );
  return lines;
}

const step = (title: string, run: SingleStep['run']): SingleStep => ({ title, run });

describe('a step', () => {
  test('has its commands printed as one would type them, and not run', async () => {
    const path = join(folder, "it's new");
    const lines = await dryRun([
      step('Make it', async ({ run }) => {
        expect(await run(['touch', path])).toBe('');
        await run(['rm', path], { asRoot: true });
      }),
    ]);
    expect(lines).toEqual(['▸ Make it', `  $ touch '${folder}/it'\\''s new'`, `  $ ${shown(asRoot(['rm', path]))}`]);
    expect(existsSync(path)).toBe(false);
  });

  test('has the files printed that it would write, with their mode, if they differ', async () => {
    const same = { path: join(folder, 'same'), content: 'the same' };
    await writeFiles([same]);
    const changed = { ...same, content: 'changed' };
    const closed = { ...same, mode: 0o600 };
    const fresh = { path: join(folder, 'fresh', 'file'), content: '' };
    const lines = await dryRun([step('Write', ({ write }) => write([same, changed, closed, fresh]))]);
    expect(lines).toEqual([
      '▸ Write',
      `  write ${same.path} (mode 0644)`,
      `  write ${same.path} (mode 0600)`,
      `  write ${fresh.path} (mode 0644)`,
    ]);
    expect(readdirSync(folder)).toEqual(['same']);
  });

  test('has what it would remove, make and move printed, if there is something to do', async () => {
    const there = { path: join(folder, 'same'), content: 'unchanged' };
    await writeFiles([there]);
    const absent = join(folder, 'absent');
    const lines = await dryRun([
      step('Change', async ({ remove, mkdir, move }) => {
        await remove(there.path, absent);
        await mkdir(folder, absent);
        await move(there.path, absent);
      }),
    ]);
    expect(lines).toEqual([
      '▸ Change',
      `  remove ${there.path}`,
      `  make folder ${absent}`,
      `  move ${there.path} to ${absent}`,
    ]);
    expect(readdirSync(folder)).toEqual(['same']);
  });

  test('looks for real, and what cannot be read counts as absent', async () => {
    const answers: string[] = [];
    await dryRun([
      step('Look', async ({ read }) => {
        answers.push(await read(['echo', 'seen']), await read(['cat', join(folder, 'absent')]));
      }),
    ]);
    expect(answers).toEqual(['seen\n', '']);
  });

  test('gets an API that only prints, also as another user', async () => {
    const apis: unknown[] = [];
    await dryRun([
      step('Apply', async ({ kube, connect }) => void apis.push(kube, connect({ path: 'kubeconfig', context: 'one' }))),
    ]);
    expect(apis).toEqual([
      { name: 'own', dry: true },
      { name: 'other', dry: true },
    ]);
  });

  test('that is true already is printed with its reason', async () =>
    expect(
      await dryRun([{ ...step('Make it', () => Promise.reject(new Error('ran'))), skip: async () => 'there already' }]),
    ).toEqual(['↷ Make it: there already']));

  test('that only waits for earlier ones is named and left out', async () =>
    expect(await dryRun([{ ...step('Wait for it', () => Promise.reject(new Error('ran'))), observes: true }])).toEqual([
      '◦ Wait for it',
    ]));
});

test('groups are walked in their order, also those that run at once', async () => {
  const change = (title: string) => step(title, async ({ run }) => void (await run(['true', title])));
  const lines = await dryRun([
    { title: 'both', concurrent: true, steps: [{ title: 'inner', steps: [change('one')] }, change('two')] },
    change('three'),
  ]);
  expect(lines).toEqual(['▸ one', '  $ true one', '▸ two', '  $ true two', '▸ three', '  $ true three']);
});
