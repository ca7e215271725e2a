// A dry run: everything is looked at, every change is printed, nothing is done.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { asRoot, createExec, shown } from '../../../tasks/core/exec.ts';
import { createFileVerbs, writeFiles } from '../../../tasks/core/files/changes.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import type { Context, SingleStep, Step } from '../../../tasks/steps/types.ts';
import { dryRunEvents, dryRunLines } from '../../dry-run.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-dry-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pod = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });

const exec = createExec(new AbortController().signal);
const real = {
  read: exec,
  run: exec,
  ...createFileVerbs(),
  kube: memoryKube([]).kube,
  connect: () => memoryKube([pod('other')]).kube,
} as unknown as Context;

const dryRun = (steps: Step[]): Promise<string[]> => dryRunLines(steps, real);

const step = (title: string, run: SingleStep['run']): SingleStep => ({ title, run });

describe('a step', () => {
  test('prints its commands as typed, and does not run them', async () => {
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

  test('prints the files that it would write, with their mode, if they differ', async () => {
    const same = { path: join(folder, 'same'), content: 'the same' };
    await writeFiles([same]);
    const changed = { ...same, content: 'changed' };
    const closed = { ...same, mode: 0o600 };
    const fresh = { path: join(folder, 'fresh', 'file'), content: '' };
    const lines = await dryRun([step('Write', ({ write }) => write([same, changed, closed, fresh]))]);
    expect(lines).toEqual([
      '▸ Write',
      `  write ${same.path} (mode 0644)`,
      '    - the same',
      '    + changed',
      `  write ${same.path} (mode 0600)`,
      '    mode: 0644 → 0600',
      `  write ${fresh.path} (mode 0644)`,
    ]);
    expect(readdirSync(folder)).toEqual(['same']);
  });

  test('shows nothing of a file that only its owner may read, and no secret of another one', async () => {
    const key = { path: join(folder, 'key'), content: 'open sesame', mode: 0o600 };
    const settings = { path: join(folder, 'settings'), content: 'port: 1\npassword: sesame\n' };
    await writeFiles([key, settings]);
    const lines = await dryRun([
      step('Write', ({ write }) =>
        write([
          { ...key, content: 'swordfish' },
          { ...settings, content: 'port: 2\npassword: swordfish\n' },
        ]),
      ),
    ]);
    for (const { path } of [key, settings]) rmSync(path);
    expect(lines.slice(1)).toEqual([
      `  write ${key.path} (mode 0600)`,
      '    content: changes',
      `  write ${settings.path} (mode 0644)`,
      '    - port: 1',
      '    - password: (hidden)',
      '    + port: 2',
      '    + password: (hidden)',
    ]);
  });

  test('prints what it would remove, make and move, if there is something to do', async () => {
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

  test('reads the real state, and counts unreadable things as absent', async () => {
    const answers: string[] = [];
    await dryRun([
      step('Look', async ({ read }) => {
        answers.push(await read(['echo', 'seen']), await read(['cat', join(folder, 'absent')]));
      }),
    ]);
    expect(answers).toEqual(['seen\n', '']);
  });

  test('gets an API that changes nothing, also as another user', async () => {
    const ref = { apiVersion: 'v1', kind: 'Pod', name: 'other' };
    const lines = await dryRun([
      step('Change', async ({ kube, connect }) => {
        await kube.create(pod('own'));
        const other = connect({ path: 'kubeconfig', context: 'one' });
        await other.remove(ref);
        expect(await other.get(ref)).toBeDefined();
      }),
    ]);
    expect(lines.filter((line) => /^ {2}\S/.test(line))).toEqual(['  create Pod own', '  delete Pod other']);
  });

  test('that is true already is printed with its reason', async () =>
    expect(
      await dryRun([{ ...step('Make it', () => Promise.reject(new Error('ran'))), skip: async () => 'there already' }]),
    ).toEqual(['↷ Make it: there already']));

  test('that only waits for earlier steps is named and not run', async () =>
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

test('programs get an event for each step and change, with its path, and the totals at the end', async () => {
  const path = join(folder, 'fresh');
  const events = await dryRunEvents(
    [
      {
        title: 'all',
        steps: [
          { ...step('Skip it', async () => {}), skip: () => 'there already' },
          step('Change', async ({ run, kube, write, change }) => {
            await run(['true']);
            await write([{ path, content: '' }]);
            await kube.create(pod('own'));
            await change('push it', async () => {});
            await change({ action: 'delete', name: 'DELETE /cluster' }, async () => {});
          }),
          { ...step('Wait', async () => {}), observes: true },
        ],
      },
    ],
    real,
  );
  const change = { event: 'change', path: ['all', 'Change'] };
  expect(events).toEqual([
    { event: 'skip', path: ['all', 'Skip it'], reason: 'there already' },
    { event: 'plan', path: ['all', 'Change'] },
    { ...change, kind: 'command', name: 'true' },
    { ...change, kind: 'file', action: 'create', name: `write ${path} (mode 0644)`, file: path, mode: '0644' },
    { ...change, kind: 'object', action: 'create', name: 'Pod own', manifest: pod('own') },
    { ...change, kind: 'other', name: 'push it' },
    { ...change, kind: 'resource', action: 'delete', name: 'DELETE /cluster' },
    { event: 'look', path: ['all', 'Wait'] },
    { event: 'planned', create: 2, change: 0, delete: 1, run: 2 },
  ]);
});
