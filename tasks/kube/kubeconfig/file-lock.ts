// Locks a kubeconfig as kubectl does: with an empty file next to it, made with O_EXCL.
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';

/** kubectl holds its lock for milliseconds; one this old, in milliseconds, was left by a program that died. */
const staleAfter = 60_000;

interface LockOptions {
  /** Milliseconds to wait for the lock; 10,000 if not given. */
  waitMs?: number;
}

/**
 * Runs `work` while holding `<path>.lock`. Waits for another holder, takes over from a dead one.
 * Contract: lockFile and unlockFile in k8s.io/client-go/tools/clientcmd/loader.go.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = `${path}.lock`;
  const deadline = performance.now() + (options.waitMs ?? 10_000);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  while (!(await take(lock))) {
    if (await removeStale(lock)) continue;
    if (performance.now() > deadline)
      throw new Failure(`${path} is locked by another program`, {
        hint: `remove the lock if no program holds it: rm ${lock}`,
      });
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** How a file is held while it changes. */
export type Hold = <T>(path: string, work: () => Promise<T>) => Promise<T>;

/** Runs the work without a lock, for a dry run: it writes nothing, and leaves no lock. */
export const withoutLock = <T>(_path: string, work: () => Promise<T>): Promise<T> => work();

async function take(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new Failure(`cannot lock ${lock}: ${(error as Error).message}`, { cause: error });
  }
}

async function isStale(path: string): Promise<boolean> {
  const about = await stat(path).catch(() => undefined);
  return about !== undefined && Date.now() - about.mtimeMs > staleAfter;
}

/** Moves a dead holder's lock out of the way; true if the way may be free now. */
async function removeStale(lock: string): Promise<boolean> {
  if (!(await isStale(lock))) return false;
  const aside = `${lock}.${process.pid}`;
  // A rename that only one of several waiting processes wins; the others' next look finds it gone or new.
  await rename(lock, aside).catch(() => undefined);
  // Between look and rename another process may have taken over: then this is its fresh lock, which goes back.
  const stolen = !(await isStale(aside));
  if (stolen) await rename(aside, lock).catch(() => undefined);
  else await rm(aside, { force: true });
  return true;
}
