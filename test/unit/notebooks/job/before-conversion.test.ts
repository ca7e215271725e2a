// Before a notebook is converted: a file that is no notebook is refused, and tools that are missing are named.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Command } from '../../../../tasks/core/types.ts';
import { planNotebookOrJob } from '../../../../tasks/notebooks/job/as-job.ts';
import { converterTools } from '../../../../tasks/notebooks/job/converter.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';
import { commandContext } from '../../toolbox/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-no-notebook-'));
beforeAll(() => vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache')));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const profile = { spark: { version: '4.3.0' }, image: {} } as Profile;
const plan = (path: string) =>
  planNotebookOrJob({ context: { ...commandContext(), profile }, words: [path], isDryRun: false }, {}, () =>
    expect.unreachable('there is no job'),
  );

test.each<[name: string, content: string | undefined, problem: string]>([
  ['is not there', undefined, 'No such file or directory'],
  ['is not JSON', '{', 'not JSON: '],
  ['is JSON alone', '[1]', 'not a notebook: it has no nbformat'],
])('a file that %s', async (name, content, problem) => {
  const path = join(folder, `${name.replaceAll(' ', '-')}.ipynb`);
  if (content !== undefined) writeFileSync(path, content);
  const { problems, steps } = await plan(path);
  expect(problems).toEqual([expect.stringContaining(`${path}: ${problem}`)]);
  expect(steps).toEqual([]);
});

test('a notebook is converted by a step', async () => {
  const path = join(folder, 'x.ipynb');
  writeFileSync(path, '{"nbformat": 4}');
  expect((await plan(path)).steps.map(({ title }) => title)).toContain('Convert the notebook');
});

test.each([
  ['has pip', '', ['python3']],
  ['has none, whatever pip3 is on PATH', 'pip', ['python3', "python3's pip"]],
])('where python3 %s', async (_name, lacks, names) => {
  const read = async ([, , module = '']: Command) => {
    if (module === lacks) throw new Error('No module named pip');
    return '3.11\n';
  };
  expect((await converterTools(read)).map(({ name }) => name)).toEqual(names);
});
