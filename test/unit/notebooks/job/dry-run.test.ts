// A dry run of a notebook: the steps of a run, and no file left of it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { cachePath } from '../../../../tasks/core/paths.ts';
import { type PlanJob, planNotebookOrJob } from '../../../../tasks/notebooks/job/as-job.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';
import { dryRunLines } from '../../../dry-run.ts';
import { commandContext } from '../../toolbox/fixtures.ts';
import { notebook, ownConverter } from './converter.ts';

ownConverter();

const folder = mkdtempSync(join(tmpdir(), 'fs-notebooks-'));
const path = join(folder, 'my films.ipynb');
const profile = { spark: { version: '4.3.0' }, image: {} } as Profile;
const context = { ...commandContext(), profile };
let converter = '';
/** The folder that the job below was planned from. */
let given = '';

beforeAll(() => {
  converter = cachePath('notebook');
});
beforeEach(() => {
  const cache = mkdtempSync(join(folder, 'cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  mkdirSync(join(cache, 'firesteel'));
  symlinkSync(converter, cachePath('notebook'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const planJob: PlanJob = async (_context, words, label) => {
  given = words[0] ?? '';
  return { steps: [{ title: `Submit ${label}`, run: async () => {} }] };
};
const plan = () => planNotebookOrJob({ context, words: [path], isDryRun: true }, {}, planJob);

const write = (cells: string[]) => writeFileSync(path, JSON.stringify(notebook(cells)));

test('a dry run without a converter tells what would be done', async () => {
  rmSync(cachePath('notebook'));
  write(['x = 1']);
  const { steps, cleanUp } = await plan();
  expect(await dryRunLines(steps, context)).toEqual(
    expect.arrayContaining(['▸ Get the notebook converter', `  convert ${path}`, `◦ Run ${path}`]),
  );
  cleanUp?.();
});

test('a dry run leaves no file, and shows the steps of a run and what the conversion found', async () => {
  write(['%pip install numpy==2.4.6']);
  const files = () => readdirSync(cachePath(), { recursive: true });
  const [before, temporary] = [files(), readdirSync(tmpdir()).filter((name) => name.startsWith('firesteel-plan-'))];
  const { problems, steps, cleanUp } = await plan();
  expect(problems).toEqual([]);
  expect(existsSync(given)).toBe(true);
  const lines = await dryRunLines(steps, context);
  cleanUp?.();
  expect(lines.filter((line) => /^\S/.test(line))).toEqual([
    '↷ Get the notebook converter: in the cache',
    '▸ Convert the notebook',
    `▸ Submit ${path}`,
  ]);
  expect(lines).toContain('  packages: numpy==2.4.6');
  expect(existsSync(given)).toBe(false);
  expect(files()).toEqual(before);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('firesteel-plan-'))).toEqual(temporary);
});
