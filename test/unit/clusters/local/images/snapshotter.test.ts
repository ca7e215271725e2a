// Which snapshotter a node gets: tried in its folder, and kept for as long as the node is there.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { snapshotterFor, tryCommand } from '../../../../../tasks/clusters/local/images/snapshotter.ts';
import { containerdToml } from '../../../../../tasks/clusters/local/node/settings.ts';
import { shown } from '../../../../../tasks/core/exec.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { answering, clusterOf } from '../fixtures.ts';

ownFolder();
const { first } = await clusterOf(1);
const tried = (answer: string) => answering({ [shown(tryCommand(first.folder))]: answer });

describe('a node', () => {
  test('that has no folder yet counts on overlayfs', async () =>
    expect(await snapshotterFor(first, answering({}))).toBe('overlayfs'));

  test('gets the one that works in its folder', async () => {
    mkdirSync(first.folder, { recursive: true });
    expect(await snapshotterFor(first, tried('native\n'))).toBe('native');
    expect(await snapshotterFor(first, tried('overlayfs\n'))).toBe('overlayfs');
  });

  test('keeps the one that it began with', async () => {
    mkdirSync(join(first.folder, 'config'), { recursive: true });
    writeFileSync(join(first.folder, 'config', 'containerd.toml'), containerdToml('native'));
    expect(await snapshotterFor(first, tried('overlayfs\n'))).toBe('native');
  });
});

const folder = mkdtempSync(join(tmpdir(), 'fs-overlay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const disk = join(folder, 'disk');
/** Makes a disk of that kind and runs a script in it, in its own mount namespace. */
const onDisk = (options: string[], script: string) => {
  execFileSync('truncate', ['--size=32M', disk]);
  execFileSync('mkfs.ext4', ['-q', '-F', ...options, disk]);
  mkdirSync(join(folder, 'mount'), { recursive: true });
  const mounted = `mount -o loop "$0" "$1" || exit 9; ${script}`;
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', mounted, disk, join(folder, 'mount')];
  return spawnSync('unshare', words, { encoding: 'utf8' });
};
const reason =
  process.getuid?.() !== 0 ? 'needs root' : onDisk([], 'true').status !== 0 ? 'needs loop devices' : undefined;

describe.skipIf(reason !== undefined)('a file system', () => {
  const run = shown(tryCommand('MOUNT')).replace('MOUNT', '"$1"');

  test('that tells the types of files carries overlays', () => {
    const { stdout } = onDisk([], `${run}; ls -A "$1"`);
    expect(stdout.trim().split('\n')).toEqual(['overlayfs', 'lost+found']);
  });

  test('that does not tell them carries none', () => {
    const { stdout } = onDisk(['-O', '^filetype'], `${run}; ls -A "$1"`);
    expect(stdout.trim().split('\n')).toEqual(['native', 'lost+found']);
  });

  test('in memory carries overlays, and is left empty', () => {
    const { stdout } = onDisk([], `mount -t tmpfs tmpfs "$1"; ${run}; ls -A "$1"`);
    expect(stdout.trim()).toBe('overlayfs');
    expect(readdirSync(join(folder, 'mount'))).toEqual([]);
  });
});
