// Layers of images as tar files: the same content gives the same bytes, so that images share what they have in common.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { shortHash } from '../../lib/hash.ts';
import type { Command, Context } from '../../lib/types.ts';
import { fetchedFolder, fetchInto } from './layer-cache.ts';
import { fileSum } from './layer-files.ts';

/** A layer, not compressed: its digest is its diff id as well. */
export interface LayerTar {
  /** SHA-256 in hexadecimal. */
  digest: string;
  /** Bytes. */
  size: number;
  path: string;
  /** What it has, for the history of the image. */
  about: string;
}

/** Packs `names` of `folder` without times, owners and order of this machine; `place` stands for the folder itself. */
export const packCommand = (folder: string, names: readonly string[], to: string, place?: string): Command => [
  ...(['tar', '--create', `--file=${to}`, `--directory=${folder}`, '--format=gnu', '--sort=name'] as const),
  ...['--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--hard-dereference'],
  // The names of members, not what symbolic links point to.
  ...(place ? [`--transform=flags=r;s,^\\.,${place.slice(1)},`] : []),
  '--',
  ...names,
];

/** Packs, and names the tar file by its digest in the folder `to`; undefined in a dry run. */
export async function packLayer(
  { folder, names, place }: { folder: string; names: readonly string[]; place?: string },
  to: string,
  { run }: Pick<Context, 'run'>,
): Promise<LayerTar | undefined> {
  const part = join(to, 'layer');
  await run(packCommand(folder, names, part, place));
  if (!existsSync(part)) return undefined;
  const digest = await fileSum(part);
  const path = join(to, digest);
  await run(['mv', part, path]);
  return { digest, size: statSync(path).size, path, about: place ?? names.map((name) => `/${name}`).join(' ') };
}

/** Where the layer of what was fetched into a folder of the cache is: a folder with that one file. */
export const packedFolder = (fetched: string): string => fetchedFolder('tar', shortHash([basename(fetched)]));

/** Makes it once, and removes what it was made of, which is in it. */
export async function packFetched(fetched: string, place: string, context: Context): Promise<void> {
  const packed = packedFolder(fetched);
  if (!existsSync(packed))
    await fetchInto(packed, context, async (_, content) => {
      await packLayer({ folder: fetched, names: ['.'], place }, content, context);
    });
  await context.run(['rm', '--recursive', '--force', fetched]);
}

/** The layer in such a folder; undefined in a dry run. */
export function packedLayer(packed: string, about: string): LayerTar | undefined {
  const [digest] = existsSync(packed) ? readdirSync(packed) : [];
  if (!digest) return undefined;
  const path = join(packed, digest);
  return { digest, size: statSync(path).size, path, about };
}
