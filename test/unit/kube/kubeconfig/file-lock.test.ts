// The lock that kubectl and firesteel take before they write a kubeconfig.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withFileLock } from '../../../../tasks/kube/kubeconfig/file-lock.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firesteel-lock-'));
  path = join(folder, 'config');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the lock', () => {
  const lock = () => `${path}.lock`;

  test('waits until kubectl is done', async () => {
    await writeFile(lock(), '');
    const written = withFileLock(path, () => writeFile(path, ''));
    await sleep(150);
    expect(existsSync(path)).toBe(false);
    await rm(lock());
    await written;
    expect(existsSync(path)).toBe(true);
    expect(existsSync(lock())).toBe(false);
  });

  test('gives up at its deadline, and names the file', async () => {
    await writeFile(lock(), '');
    await expect(withFileLock(path, async () => {}, { waitMs: 100 })).rejects.toMatchObject({
      hint: `remove the lock if no program holds it: rm ${lock()}`,
    });
    expect(existsSync(lock())).toBe(true);
  });

  test('takes over from a program that died', async () => {
    await writeFile(lock(), '');
    const old = new Date(Date.now() - 3_600_000);
    await utimes(lock(), old, old);
    expect(await withFileLock(path, async () => 'done', { waitMs: 100 })).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  test('is released when the work fails', async () => {
    await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock())).toBe(false);
  });
});
