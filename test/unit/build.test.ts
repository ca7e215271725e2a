// build with a job and its flags: the image that submit would take.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildWith } from '../../tasks/build.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Step } from '../../tasks/steps/types.ts';
import { planFor } from '../plan-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'firesteel-build-'));
afterAll(() => rmSync(folder, { recursive: true }));

const titles = (steps: Step[]): string[] =>
  steps.flatMap((step) => ('steps' in step ? titles(step.steps) : [step.title]));

test('files that flags add to a job are in its image', async () => {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, 'six\n');
  const profile = await readProfile('local', []);
  const made = async (flags: object) => titles((await planFor(buildWith(flags), profile, ['pi'])).steps);
  expect(await made({})).not.toContain("Build the job's image");
  expect(await made({ requirements })).toContain('Fetch Python packages');
  expect(await made({ packages: 'g:a:1' })).toContain('Fetch Maven packages');
  const { problems } = await planFor(buildWith({ data: 'no-such-set' }), profile, ['pi']);
  expect(problems?.join()).toContain('job pi: --data no-such-set: no such data set, file or folder');
});

test('a job is built without its arguments', async () => {
  const profile = await readProfile('local', []);
  expect((await planFor(buildWith(), profile, ['keras'])).problems ?? []).toEqual([]);
});

test('flags of a job are refused where none is named', async () => {
  const profile = await readProfile('local', []);
  const refused = 'no job given: flags such as --jars are for the image of a job';
  expect((await planFor(buildWith({ jars: 'a.jar' }), profile)).problems).toContain(refused);
  expect((await planFor(buildWith(), profile)).problems ?? []).not.toContain(refused);
});
