// Reads and writes OCI image layouts: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The annotation of a manifest that names the image below. */
export const baseAnnotation = 'org.opencontainers.image.base.name';

/** Where a blob is in a layout, by its digest, `sha256:…`. */
export const blobPath = (digest: string): string => `blobs/sha256/${digest.replace('sha256:', '')}`;

/** What is at the top of a layout; manifest.json is for those who read archives of Docker. */
export const layoutParts = ['oci-layout', 'index.json', 'manifest.json', 'blobs'] as const;

/** An image in such a folder. */
export interface Layout {
  /** Reference of the image below. */
  base: string;
  /** Digests of all layers, the lowest first. */
  layers: string[];
  /** Those that the folder has. */
  own: string[];
}

/** Reads the layout in a folder; undefined if there is none. */
export function readLayout(folder: string): Layout | undefined {
  if (!existsSync(folder)) return undefined;
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
  const [{ digest }] = read<{ manifests: [{ digest: string }] }>('index.json').manifests;
  const manifest = read<{ layers: { digest: string }[]; annotations: Record<string, string> }>(blobPath(digest));
  const layers = manifest.layers.map((layer) => layer.digest);
  return {
    base: manifest.annotations[baseAnnotation] ?? '',
    layers,
    own: layers.filter((layer) => existsSync(join(folder, blobPath(layer)))),
  };
}
