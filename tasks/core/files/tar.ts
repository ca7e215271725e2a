// The only import of modern-tar: tar files with the same bytes for the same content.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TarSource } from 'modern-tar/fs';

/** A member's name, without a slash before or behind it, and what it is: a file, folder or link of this machine, or a text. */
export type Member = { name: string } & ({ path: string } | { text: string });

/** What is at a path under that name, and all that is in it: by name, a folder before what is in it. */
export const membersOf = (path: string, name: string): Member[] => [
  { name, path },
  ...(lstatSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((one) => membersOf(join(path, one), `${name}/${one}`))
    : []),
];

/** A tar file that was written. */
export interface WrittenTar {
  /** SHA-256 in hexadecimal. */
  digest: string;
  /** Bytes. */
  size: number;
}

/**
 * Writes these members in this order, as root's, from 1970, with modes u=rwX,go=rX; a file with two names is there twice.
 * Ends with `signal`.
 */
export async function writeTar(members: readonly Member[], to: string, signal?: AbortSignal): Promise<WrittenTar> {
  const { packTar } = await import('modern-tar/fs');
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(
    packTar(members.map(sourceOf)),
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        hash.update(piece);
        size += piece.length;
        yield piece;
      }
    },
    createWriteStream(to),
    { signal },
  ).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
  return { digest: hash.digest('hex'), size };
}

function sourceOf(member: Member): TarSource {
  const common = { target: member.name, mtime: new Date(0), uid: 0, gid: 0 };
  if ('text' in member) return { ...common, type: 'content', content: member.text, mode: 0o644 };
  const { path } = member;
  const about = lstatSync(path);
  if (about.isSymbolicLink()) return { ...common, type: 'file', source: path, mode: 0o777 };
  if (about.isDirectory()) return { ...common, type: 'content', target: `${member.name}/`, content: '', mode: 0o755 };
  const mode = about.mode & 0o111 ? 0o755 : 0o644;
  if (about.size === 0) return { ...common, type: 'content', content: '', mode };
  // Not as a file: of those it writes a hard link where it meets the same one again.
  return { ...common, type: 'stream', content: Readable.from(bytesOf(path)), size: about.size, mode };
}

/** Opened when it is read: of a large folder not all files can be open at once. */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path, { highWaterMark: 2 ** 20 });
}
