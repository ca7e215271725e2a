// A dry run of kubeconfig leaves no file: neither the kubeconfig and its folder, nor a lock.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clusters } from '../../tasks/clusters/index.ts';
import { toYaml } from '../../tasks/core/yaml.ts';
import { kubeconfig } from '../../tasks/kubeconfig.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { createContext } from '../../tasks/steps/context.ts';
import { dryRunLines } from '../dry-run.ts';
import { ownFolderOfEach } from '../own-folder.ts';

const folder = ownFolderOfEach();
const profile = await readProfile('local', []);
const context = () => createContext(profile, clusters.local, new AbortController().signal);
const path = () => join(folder(), 'home', 'config');

beforeEach(() => {
  vi.stubEnv('KUBECONFIG', path());
  const own = clusters.local.kubeconfig(profile).path;
  mkdirSync(dirname(own), { recursive: true });
  const named = [{ name: 'local', cluster: { server: 'https://198.18.0.2:6443' }, user: { token: 'x' } }];
  writeFileSync(own, toYaml({ clusters: named, users: named, contexts: [] }));
});
afterEach(() => void vi.unstubAllEnvs());

const linesOf = async (action: 'merge' | 'remove') => {
  const { steps } = await kubeconfig.plan({ context: context(), words: [action], isDryRun: true });
  return dryRunLines(steps, context());
};

test('of merge', async () => {
  expect((await linesOf('merge')).join('\n')).toContain(`write ${path()} (mode 0600)`);
  expect(existsSync(dirname(path()))).toBe(false);
});

test('of remove, which works while kubectl holds the lock', async () => {
  mkdirSync(dirname(path()));
  const extensions = [{ name: 'firesteel', extension: {} }];
  writeFileSync(path(), toYaml({ users: [{ name: 'local', user: { extensions } }] }));
  writeFileSync(`${path()}.lock`, '');
  expect((await linesOf('remove')).join('\n')).toContain(`write ${path()} (mode 0600)`);
  expect(readdirSync(dirname(path())).sort()).toEqual(['config', 'config.lock']);
});
