// Packs layers of images as tar files, with the same bytes for the same content.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { shortHash } from '../../core/files/hash.ts';
import { membersOf, type WrittenTar, writeTar } from '../../core/files/tar.ts';
import type { Context } from '../../steps/types.ts';
import { fetchedFolder, fetchInto } from './cache.ts';

/** A layer, not compressed: its digest is its diff id as well. */
export interface LayerTar extends WrittenTar {
  path: string;
  /** What it has, for the history of the image. */
  about: string;
}

/** Packs, and names the tar file by its digest in the folder `to`; `place` stands for the folder itself. Undefined in a dry run. */
export const packLayer = (
  { folder, names = [], place }: { folder: string; names?: readonly string[]; place?: string },
  to: string,
  { change, signal }: Pick<Context, 'change' | 'signal'>,
): Promise<LayerTar | undefined> => {
  const about = place ?? names.map((name) => `/${name}`).join(' ');
  return change(`pack ${folder} as the layer of ${about}`, async () => {
    const part = join(to, 'layer');
    const members = place
      ? membersOf(folder, place.slice(1))
      : names.flatMap((name) => membersOf(join(folder, name), name));
    const { digest, size } = await writeTar(members, part, signal);
    const path = join(to, digest);
    await rename(part, path);
    return { digest, size, path, about };
  });
};

/** Where the layer of what was fetched into a folder of the cache is: a folder with that one file. */
export const packedFolder = (fetched: string): string => fetchedFolder('tar', shortHash([basename(fetched)]));

/** Makes it once, and removes what it was made of, which is in it. */
export async function packFetched(fetched: string, place: string, context: Context): Promise<void> {
  const packed = packedFolder(fetched);
  if (!existsSync(packed))
    await fetchInto(packed, context, async (_, content) => {
      await packLayer({ folder: fetched, place }, content, context);
    });
  await context.remove(fetched);
}

/** The layer in such a folder; undefined in a dry run. */
export function packedLayer(packed: string, about: string): LayerTar | undefined {
  const [digest] = existsSync(packed) ? readdirSync(packed) : [];
  if (!digest) return undefined;
  const path = join(packed, digest);
  return { digest, size: statSync(path).size, path, about };
}
