// Makes images FROM scratch out of programs of this machine, with tar and nothing else.
import { basename, join } from 'node:path';
import type { Command, Context } from './types.ts';
import { withWorkFolder } from './work-folder.ts';

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

/** Packs files under their bare names, or under those that `places` gives them. */
const tarCommand = (archive: string, files: string[], places = ['s,.*/,,']): Command => [
  ...(['tar', '--create', '--file', archive, '--dereference', '--absolute-names'] as const),
  ...places.map((place) => `--transform=${place}`),
  ...['--owner=0', '--group=0', '--mode=u=rwX,go=rX', '--mtime=@0', ...files],
];

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

/** An image's layers: the file to make, and the command that makes it. */
function layersOf({ programs, files = {} }: ScratchImage, path: string): { layer: string; command: Command }[] {
  const root = `${path}.tar`;
  const further = `${path}-files.tar`;
  const places = Object.entries(files).map(([place, file]) => `s,^${file}$,${place.slice(1)},`);
  return [
    { layer: root, command: tarCommand(root, programs) },
    ...(places.length > 0 ? [{ layer: further, command: tarCommand(further, Object.values(files), places) }] : []),
  ];
}

/** Writes one docker-archive with all images, the format of `docker save`: no shell, no package, what was named. */
export async function writeImageArchive(
  images: ScratchImage[],
  archive: string,
  { run, write }: Pick<Context, 'run' | 'write'>,
): Promise<void> {
  await withWorkFolder(archive, run, async (work) => {
    const json = (name: string, value: object) => write([{ path: join(work, name), content: JSON.stringify(value) }]);
    const manifest = [];
    for (const image of images) {
      const name = basename(image.reference).replace(':', '-');
      const layers = layersOf(image, join(work, name));
      const sums = [];
      for (const { layer, command } of layers) {
        await run(command);
        sums.push((await run(['sha256sum', layer])).split(' ')[0] ?? '');
      }
      await json(`${name}.json`, imageConfig(image, sums));
      const Layers = layers.map(({ layer }) => basename(layer));
      manifest.push({ Config: `${name}.json`, RepoTags: [image.reference], Layers });
    }
    await json('manifest.json', manifest);
    const files = ['manifest.json', ...manifest.flatMap(({ Config, Layers }) => [Config, ...Layers])];
    await run(
      tarCommand(
        join(work, 'archive'),
        files.map((file) => join(work, file)),
      ),
    );
    await run(['mv', join(work, 'archive'), archive]);
  });
}
