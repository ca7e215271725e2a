// What was fetched for layers: folders in the cache, named after what was asked for, each whole or not there.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import { cachePath } from '../../lib/paths.ts';
import type { Context } from '../../lib/types.ts';

/** `layers/python-0123456789ab` in the cache. */
export const fetchedFolder = (kind: string, hash: string): string => cachePath('layers', `${kind}-${hash}`);

/** Makes `folder`: `fill` is given an empty folder for what is needed on the way, and one that takes the content. */
export async function fetchInto(
  folder: string,
  { run }: Context,
  fill: (work: string, content: string) => Promise<void>,
): Promise<void> {
  const work = `${folder}.${process.pid}`;
  const content = join(work, 'content');
  try {
    // A process that was killed may have left something there, and had this one's id.
    await run(['rm', '--recursive', '--force', work]);
    await run(['mkdir', '-p', content]);
    await fill(work, content);
    // Another process may have been quicker, with the same.
    if (!existsSync(folder)) await run(['mv', '--no-target-directory', content, folder]);
  } catch (error) {
    throw fullDisk(error, folder) ?? error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The failure of a command that found no space; undefined for any other. */
export function fullDisk(error: unknown, path: string): Failure | undefined {
  if (!(error instanceof Failure) || !/no space left on device/i.test(error.output ?? '')) return undefined;
  return new Failure(`no space left for ${path}`, {
    cause: error,
    output: error.output ?? '',
    hint: 'free some of the disk, by firesteel gc 0s if there is much in the cache',
  });
}
