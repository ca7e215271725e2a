// build with a job and its flags: the image that submit would take.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildWith } from '../../tasks/build.ts';
import { clusters } from '../../tasks/clusters/index.ts';
import type { Exec } from '../../tasks/core/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Step } from '../../tasks/steps/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'firesteel-build-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read: Exec = async () => '';
const titles = (steps: Step[]): string[] =>
  steps.flatMap((step) => ('steps' in step ? titles(step.steps) : [step.title]));

test('what flags add to a job gets into its image', async () => {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, 'six\n');
  const profile = await readProfile('local', []);
  const made = (flags: object) => titles(buildWith(flags).steps(profile, clusters.local, ['pi']));
  expect(made({})).not.toContain("Build the job's image");
  expect(made({ requirements })).toContain('Fetch Python packages');
  expect(made({ packages: 'g:a:1' })).toContain('Fetch Maven packages');
  const problems = await buildWith({ data: 'no-such-set' }).problems?.(profile, ['pi'], clusters.local, read);
  expect(problems?.join()).toContain('job pi: --data no-such-set: no such data set, file or folder');
});

test('a job is built before anybody knows its arguments', async () => {
  const profile = await readProfile('local', []);
  expect(await buildWith().problems?.(profile, ['keras'], clusters.local, read)).toEqual([]);
});

test('flags of a job are refused where none is named', async () => {
  const profile = await readProfile('local', []);
  const refused = 'no job given: flags such as --jars are for the image of a job';
  expect(await buildWith({ jars: 'a.jar' }).problems?.(profile, [], clusters.local, read)).toContain(refused);
  expect(await buildWith().problems?.(profile, [], clusters.local, read)).not.toContain(refused);
});
