// Makes a folder whole or not at all: in a neighbour that then takes its place.
import { rm } from 'node:fs/promises';
import type { Command, Exec } from '../lib/types.ts';

/** Lets `make` fill a new folder and puts it in the place of `folder`; if `make` throws, nothing of it is left. */
export async function replaceFolder(folder: string, run: Exec, make: (work: string) => Promise<void>): Promise<void> {
  const work = `${folder}.${process.pid}`;
  await run(['mkdir', '-p', work]);
  try {
    await make(work);
    await run(['rm', '-rf', folder]);
    await run(moveCommand(work, folder));
  } finally {
    // Not as a command: after Ctrl-C none is run any more. Where it became the folder, and in a dry run, it is not there.
    await rm(work, { recursive: true, force: true });
  }
}

/** Should somebody else have put a folder there just now, this must fail, not move into it. */
const moveCommand = (from: string, to: string): Command =>
  process.platform === 'darwin' ? ['mv', '-n', from, to] : ['mv', '--no-target-directory', from, to];
