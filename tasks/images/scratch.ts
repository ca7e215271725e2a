// Makes images FROM scratch out of programs of this machine.
import { realpathSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Member, writeTar } from '../core/files/tar.ts';
import { withWorkFolder } from '../core/files/work-folder.ts';
import type { Context } from '../steps/types.ts';

export interface ScratchImage {
  reference: string;
  /** Programs of this machine; the image has them in its root, which is all of its PATH. */
  programs: string[];
  /** Further files: where the image has them, and where this machine does. */
  files?: Record<string, string>;
  entrypoint: string[];
  /** User and group, as numbers: an image FROM scratch has no names. Root's if not given. */
  user?: string;
  /** What ends it in good order; SIGTERM if not given. */
  stopSignal?: string;
  labels?: Record<string, string>;
}

/** The file that a link leads to, as the image has it. */
const program = (name: string, path: string): Member => ({ name, path: realpathSync(path) });

/** https://github.com/moby/docker-image-spec/blob/main/spec.md */
const imageConfig = ({ entrypoint, user, stopSignal, labels }: ScratchImage, layerSums: string[]): object => ({
  architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
  os: 'linux',
  config: {
    Entrypoint: entrypoint,
    Env: ['PATH=/'],
    ...(user ? { User: user } : {}),
    ...(stopSignal ? { StopSignal: stopSignal } : {}),
    ...(labels ? { Labels: labels } : {}),
  },
  rootfs: { type: 'layers', diff_ids: layerSums.map((sum) => `sha256:${sum}`) },
});

/** An image's layers: its programs under their bare names, then further files. */
const layersOf = ({ programs, files = {} }: ScratchImage): Member[][] =>
  [
    programs.map((path) => program(basename(path), path)),
    Object.entries(files).map(([place, path]) => program(place.slice(1), path)),
  ].filter((members) => members.length > 0);

/** Writes one docker-archive with all images, the format of `docker save`: no shell, no package, what was named. */
export async function writeImageArchive(
  images: ScratchImage[],
  archive: string,
  { change, signal, ...verbs }: Pick<Context, 'change' | 'signal' | 'remove' | 'mkdir'>,
): Promise<void> {
  await change(`write ${archive} with ${images.map(({ reference }) => reference).join(', ')}`, () =>
    withWorkFolder(archive, verbs, async (work) => {
      const members: Member[] = [];
      const manifest = [];
      for (const image of images) {
        const name = basename(image.reference).replace(':', '-');
        const sums: string[] = [];
        const Layers: string[] = [];
        for (const [i, layer] of layersOf(image).entries()) {
          const file = `${name}${i === 0 ? '' : '-files'}.tar`;
          const path = join(work, file);
          const { digest } = await writeTar(layer, path, signal);
          sums.push(digest);
          Layers.push(file);
          members.push({ name: file, path });
        }
        members.push({ name: `${name}.json`, text: JSON.stringify(imageConfig(image, sums)) });
        manifest.push({ Config: `${name}.json`, RepoTags: [image.reference], Layers });
      }
      const part = join(work, 'archive');
      await writeTar([{ name: 'manifest.json', text: JSON.stringify(manifest) }, ...members], part, signal);
      await rename(part, archive);
    }),
  );
}
