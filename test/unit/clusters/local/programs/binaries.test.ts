// Where the programs of a node come from, and how it is known which are wanted.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import {
  binariesFolder,
  binariesProblem,
  fetchBinaries,
  missingPrograms,
  programs,
} from '../../../../../tasks/clusters/local/programs/binaries.ts';
import { kubernetesVersion } from '../../../../../tasks/clusters/local/programs/releases.ts';
import { cachePath } from '../../../../../tasks/core/paths.ts';
import type { Context, SingleStep } from '../../../../../tasks/steps/types.ts';
import { profileWith } from '../fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-binaries-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the version of Kubernetes is read from go.mod', () => expect(kubernetesVersion()).toMatch(/^v1\.\d+\.\d+$/));

describe('programs', () => {
  test('are all missing from an empty folder, and from none', () => {
    expect(missingPrograms(folder)).toEqual([...programs]);
    expect(missingPrograms(join(folder, 'absent'))).toEqual([...programs]);
  });

  test('that a folder of the user lacks are named', async () => {
    const profile = await profileWith(`local.binaries=${folder}`);
    for (const program of programs.filter((name) => name !== 'ctr' && name !== 'etcd'))
      writeFileSync(join(folder, program), '');
    expect(binariesProblem(profile)).toBe(`local.binaries: ${folder} lacks ctr, etcd`);
  });

  test('that are all there are no problem and need no fetching', async () => {
    const profile = await profileWith(`local.binaries=${folder}`);
    for (const program of programs) writeFileSync(join(folder, program), '');
    expect(binariesProblem(profile)).toBeUndefined();
    expect(await (fetchBinaries(profile) as SingleStep).skip?.({} as Context)).toBe(`in ${folder}`);
  });

  test('in the cache include the enforcer of NetworkPolicies, unless the profile does without', async () => {
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
    const [profile, without] = [await profileWith(), await profileWith('local.networkPolicies=false')];
    const own = binariesFolder(profile);
    mkdirSync(own, { recursive: true });
    for (const program of programs) writeFileSync(join(own, program), '');
    const skips = async () =>
      Promise.all([profile, without].map((one) => (fetchBinaries(one) as SingleStep).skip?.({} as Context)));
    expect(await skips()).toEqual([false, `in ${own}`]);
    writeFileSync(join(own, 'kube-network-policies'), '');
    expect(await skips()).toEqual([`in ${own}`, `in ${own}`]);
    vi.unstubAllEnvs();
  });

  test('are in the cache, by their pins, if the profile names no folder', async () => {
    const profile = await profileWith();
    expect(binariesFolder(profile)).toMatch(/[0-9a-f]{12}$/);
    expect(binariesFolder(profile).startsWith(cachePath('node'))).toBe(true);
    expect(binariesProblem(profile)).toBeUndefined();
  });
});
