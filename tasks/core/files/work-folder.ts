// Makes a folder whole or not at all: next to its place, then moved there.
import { rm } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import type { FileVerbs } from '../types.ts';

type Verbs = Pick<FileVerbs, 'remove' | 'mkdir' | 'move'>;

/** Lets `use` work in a new folder beside `place`; nothing of that is left, however it ends. */
export async function withWorkFolder(
  place: string,
  { remove, mkdir }: Pick<Verbs, 'remove' | 'mkdir'>,
  use: (work: string) => Promise<void>,
): Promise<void> {
  const work = `${place}.${process.pid}`;
  try {
    // A process that was killed may have left something there, and had this one's id.
    await remove(work);
    await mkdir(work);
    await use(work);
  } catch (error) {
    throw fullDisk(error, place) ?? error;
  } finally {
    // Not as a verb: after Ctrl-C there is none any more. Where it became the place, and in a dry run, it is not there.
    await rm(work, { recursive: true, force: true });
  }
}

/** Lets `make` fill a new folder and puts it in the place of `folder`. */
export const replaceFolder = (folder: string, verbs: Verbs, make: (work: string) => Promise<void>): Promise<void> =>
  withWorkFolder(folder, verbs, async (work) => {
    await make(work);
    await verbs.remove(folder);
    // Should someone else have put one there just now, this fails.
    await verbs.move(work, folder);
  });

/** The failure of what found no space; undefined for any other. */
function fullDisk(error: unknown, path: string): Failure | undefined {
  const { message, output = message } = error as Failure;
  if (!/no space left on device/i.test(output)) return undefined;
  return new Failure(`no space left for ${path}`, {
    cause: error,
    output,
    hint: 'free disk space, for example with firesteel gc 0s --cache',
  });
}
