// Reads the configuration and the layers of a `docker save` archive.
import { posix } from 'node:path';
import type { Command, Exec } from '../core/types.ts';

/** The part of an image's configuration that is read or changed here: https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  created?: string;
  config?: { Env?: string[]; [key: string]: unknown };
  rootfs: { type: string; diff_ids: string[] };
  history?: object[];
  [key: string]: unknown;
}

/** One layer, as the archive has it. */
export interface SavedLayer {
  /** SHA-256 in hexadecimal, of the layer as the archive has it: packed with Docker's containerd store, else plain. */
  digest: string;
  /** How it is packed, as media types end with; undefined of a plain one. */
  packing?: 'gzip' | 'zstd';
  /** Bytes. */
  size: number;
  /** Its name in the archive. */
  member: string;
}

export interface SavedImage {
  config: ImageConfig;
  layers: SavedLayer[];
}

const memberCommand = (archive: string, name: string): Command => [
  ...(['tar', '--extract', '--to-stdout', `--file=${archive}`, '--', name] as const),
];

const listCommand = (archive: string): Command => [
  'tar',
  '--list',
  '--verbose',
  '--numeric-owner',
  `--file=${archive}`,
];

/** Sizes of the members by name; a link has that of what it points to, as equal layers of older Docker do. */
function memberSizes(listing: string): Map<string, number> {
  const sizes = new Map<string, number>();
  const links: [string, string][] = [];
  for (const line of listing.split('\n')) {
    const [, type, size, name = '', target] = /^([-l])\S+ \S+ +(\d+) \S+ \S+ (.+?)(?: -> (.+))?$/.exec(line) ?? [];
    if (type === '-') sizes.set(name, Number(size));
    else if (type === 'l' && target) links.push([name, posix.join(posix.dirname(name), target)]);
  }
  for (const [name, target] of links) sizes.set(name, sizes.get(target) ?? 0);
  return sizes;
}

/** Docker's containerd store keeps layers as registries have them. */
const packings = [
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
] as const;

/** Prints the first bytes of a member in hexadecimal. */
const startCommand = (archive: string, name: string): Command => [
  'sh',
  '-c',
  '"$@" 2>/dev/null | head --bytes=4 | od --address-radix=n --format=x1 | tr --delete " \\n"',
  'sh',
  ...memberCommand(archive, name),
];

/** Layers before Docker 25 have other names than that of their blob, and are plain. */
async function layerOf(archive: string, member: string, diffId: string, read: Exec): Promise<Omit<SavedLayer, 'size'>> {
  const plain = diffId.replace('sha256:', '');
  const [, digest = plain] = /^blobs\/sha256\/([0-9a-f]+)$/.exec(member) ?? [];
  if (digest === plain) return { member, digest };
  const start = await read(startCommand(archive, member));
  const [, packing] = packings.find(([bytes]) => start.startsWith(bytes)) ?? [];
  return { member, digest, ...(packing ? { packing } : {}) };
}

/** Reads an archive that has one image. */
export async function readSaved(archive: string, read: Exec): Promise<SavedImage> {
  const text = await read(memberCommand(archive, 'manifest.json'));
  const [{ Config, Layers }] = JSON.parse(text) as [{ Config: string; Layers: string[] }];
  const [config, listing] = await Promise.all([read(memberCommand(archive, Config)), read(listCommand(archive))]);
  const sizes = memberSizes(listing);
  const parsed = JSON.parse(config) as ImageConfig;
  return {
    config: parsed,
    layers: await Promise.all(
      Layers.map(async (member, i) => ({
        ...(await layerOf(archive, member, parsed.rootfs.diff_ids[i] ?? '', read)),
        size: sizes.get(member) ?? 0,
      })),
    ),
  };
}
