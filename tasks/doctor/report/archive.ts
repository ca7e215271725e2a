// Writes the archive of a bug report: a compressed tar file, readable only for its user.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Failure, messageOf } from '../../core/failure.ts';
import { type Member, writeTar } from '../../core/files/tar.ts';

/** Writes a file that is not there yet. Throws Failure if it is, or cannot be written. */
export async function writeArchive(members: readonly Member[], to: string, signal?: AbortSignal): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'firesteel-'));
  try {
    const tar = join(work, 'report.tar');
    await writeTar(members, tar, signal);
    await pipeline(createReadStream(tar), createGzip(), createWriteStream(to, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    signal?.throwIfAborted();
    throw new Failure(`cannot write ${to}: ${messageOf(error)}`, { hint: 'name another file: firesteel report FILE' });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
