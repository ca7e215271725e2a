// Makes something whole or not at all: in a folder beside its place, from which it then goes there.
import { rm } from 'node:fs/promises';
import { Failure } from './failure.ts';
import type { Command, Exec } from './types.ts';

/** Lets `use` work in a new folder beside `place`; nothing of that is left, however it ends. */
export async function withWorkFolder(place: string, run: Exec, use: (work: string) => Promise<void>): Promise<void> {
  const work = `${place}.${process.pid}`;
  try {
    // A process that was killed may have left something there, and had this one's id.
    await run(['rm', '-rf', work]);
    await run(['mkdir', '-p', work]);
    await use(work);
  } catch (error) {
    throw fullDisk(error, place) ?? error;
  } finally {
    // Not as a command: after Ctrl-C none is run any more. Where it became the place, and in a dry run, it is not there.
    await rm(work, { recursive: true, force: true });
  }
}

/** Lets `make` fill a new folder and puts it in the place of `folder`. */
export const replaceFolder = (folder: string, run: Exec, make: (work: string) => Promise<void>): Promise<void> =>
  withWorkFolder(folder, run, async (work) => {
    await make(work);
    await run(['rm', '-rf', folder]);
    await run(moveCommand(work, folder));
  });

/** Should someone else have put a folder there just now, this fails and does not move into it. */
export const moveCommand = (from: string, to: string): Command =>
  process.platform === 'darwin' ? ['mv', '-n', from, to] : ['mv', '--no-target-directory', from, to];

/** The failure of a command that found no space; undefined for any other. */
function fullDisk(error: unknown, path: string): Failure | undefined {
  if (!(error instanceof Failure) || !/no space left on device/i.test(error.output ?? '')) return undefined;
  return new Failure(`no space left for ${path}`, {
    cause: error,
    output: error.output ?? '',
    hint: 'free disk space, for example with firesteel gc 0s',
  });
}
