// What every kind of cluster must keep to, asked of each profile that ships, on a machine where nothing is up yet.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { createExec } from '../../../tasks/core/exec.ts';
import { connectKube } from '../../../tasks/kube/client.ts';
import { profileNames, readProfile } from '../../../tasks/profile/read.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import { problemsOf } from '../../../tasks/steps/check.ts';
import type { Context, Step } from '../../../tasks/steps/types.ts';
import { dryRunLines } from '../../dry-run.ts';

const home = mkdtempSync(join(tmpdir(), 'fs-clusters-'));
const kept: Record<string, string | undefined> = {};
const own = { HOME: home, XDG_DATA_HOME: join(home, 'data'), KUBECONFIG: '', MINIKUBE_HOME: join(home, 'minikube') };

beforeAll(() => {
  for (const [name, value] of Object.entries(own)) {
    kept[name] = process.env[name];
    process.env[name] = value;
  }
});

afterAll(() => {
  for (const [name, value] of Object.entries(kept))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(home, { recursive: true });
});

const sets: Record<string, string[]> = { context: ['context.context=somewhere'] };
const profiles = await Promise.all((await profileNames()).map((name) => readProfile(name, sets[name] ?? [])));

const refuse = (what: string): never => {
  throw new Error(what);
};

function contextOf(profile: Profile): Context {
  const { signal } = new AbortController();
  const exec = createExec(signal);
  const cluster = clusters[profile.cluster];
  return {
    profile,
    cluster,
    read: exec,
    run: async ([program]) => refuse(`ran ${program}`),
    change: async (what) => refuse(`changed: ${what}`),
    write: async () => refuse('wrote a file'),
    remove: async (path) => refuse(`removed ${path}`),
    mkdir: async (path) => refuse(`made ${path}`),
    move: async (path) => refuse(`moved ${path}`),
    kube: connectKube(() => cluster.kubeconfig(profile), signal),
    connect: (source) => connectKube(() => source, signal),
    signal,
    state: {},
  };
}

const titles = (steps: Step[]): string[] =>
  steps.flatMap((step) => ('steps' in step ? [step.title, ...titles(step.steps)] : [step.title]));

test('every kind has a profile that ships', () =>
  expect([...new Set(profiles.map(({ cluster }) => cluster))].sort()).toEqual(
    [...profileSchema.shape.cluster.def.innerType.options].sort(),
  ));

describe.each(profiles.map((profile) => [profile.name, profile] as const))('%s', (_, profile) => {
  const cluster = clusters[profile.cluster];

  test('titles of steps are at most 50 characters', () => {
    const steps = [cluster.up, cluster.settle, cluster.down, cluster.publish].flatMap((part) => part?.(profile) ?? []);
    expect(titles(steps)).not.toEqual([]);
    expect(titles(steps).filter((title) => title.length > 50)).toEqual([]);
  });

  test('tools say what they are for, and what brings them', () => {
    for (const tool of cluster.tools(profile)) {
      expect(tool.purpose).not.toBe('');
      expect(tool.name.startsWith('/') ? tool.package : tool.name).toBeTruthy();
    }
  });

  test('its kubeconfig is its own file, unless the cluster is the user’s', () => {
    const { path, context } = cluster.kubeconfig(profile);
    expect(context).not.toBe('');
    const isOwn = path.startsWith(join(own.XDG_DATA_HOME, 'firesteel', 'clusters', profile.clusterName));
    expect(isOwn).toBe(!cluster.isGiven);
  });

  test('problems and what would be overwritten are found by looking only', async () => {
    const context = contextOf(profile);
    for (const lines of [
      await problemsOf(cluster.preflights, profile, context.read),
      (await cluster.overwrites?.(profile, context.read)) ?? [],
      (await cluster.upstreamDns?.(profile, context.read)) ?? [],
    ])
      for (const line of lines) expect(line).toMatch(/\S/);
    expect(existsSync(own.XDG_DATA_HOME)).toBe(false);
  });

  test('is absent, or out of reach, and says so instead of failing', async () => {
    const { state, detail, components } = await cluster.status(contextOf(profile));
    expect(state).toBe(cluster.isGiven ? 'broken' : 'absent');
    expect(detail).not.toBe('');
    expect(components).toEqual([]);
  });

  test('destroying a missing cluster changes nothing', async () => {
    const lines = await dryRunLines(cluster.down(profile), contextOf(profile));
    expect(lines).not.toEqual([]);
    expect(lines.filter((line) => !/^[↷◦]/.test(line))).toEqual([]);
  });
});
