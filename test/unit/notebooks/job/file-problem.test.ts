// A file that is no notebook is refused before the converter is fetched.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { planNotebookOrJob } from '../../../../tasks/notebooks/job/as-job.ts';
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
