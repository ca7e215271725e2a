// Writes the archive of a bug report: a compressed tar file, readable only for its user.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Failure, messageOf } from '../../core/failure.ts';
import { type Member, writeTar } from '../../core/files/tar.ts';
import { errorCode } from '../../core/network/errors.ts';

/** Writes a file that is not there yet. Throws Failure if it is, or cannot be written. */
export async function writeArchive(members: readonly Member[], to: string, signal?: AbortSignal): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'firesteel-'));
  try {
    const tar = join(work, 'report.tar');
    await writeTar(members, tar, signal);
    const file = createWriteStream(to, { flags: 'wx', mode: 0o600 });
    await pipeline(createReadStream(tar), createGzip(), file, signal ? { signal } : {});
  } catch (error) {
    // A part of an archive would keep the next one from being written.
    if (errorCode(error) !== 'EEXIST') await rm(to, { force: true });
    signal?.throwIfAborted();
    throw new Failure(`cannot write ${to}: ${messageOf(error)}`, { hint: 'name another file: firesteel report FILE' });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
