// The two images a node must have before any other: pause and CoreDNS, made FROM scratch out of programs at hand.
import { basename, dirname, join } from 'node:path';
import type { Context } from '../../lib/types.ts';

/** Holds the sandbox of every pod; its busybox also answers for probes such as nslookup. */
export const pauseImage = 'firesteel.dev/pause:1';
export const corednsImage = 'firesteel.dev/coredns:1.14.7';

interface SystemImage {
  reference: string;
  /** Static programs of this machine; the image has them in its root. */
  programs: string[];
  entrypoint: string[];
}

/** What the images are made of. tini reaps the processes of pods that share their process namespace. */
export const systemImages = (binaries: string): SystemImage[] => [
  {
    reference: pauseImage,
    programs: ['/usr/bin/tini-static', '/bin/busybox'],
    entrypoint: ['/tini-static', '-s', '--', '/busybox', 'sleep', 'infinity'],
  },
  { reference: corednsImage, programs: [join(binaries, 'coredns')], entrypoint: ['/coredns'] },
];

const tarCommand = (archive: string, files: string[]) =>
  [
    ...(['tar', '--create', '--file', archive, '--dereference', '--absolute-names', '--transform=s,.*/,,'] as const),
    ...['--owner=0', '--group=0', '--mtime=@0', ...files],
  ] as const;

/** https://github.com/moby/docker-image-spec/blob/main/spec.md */
const imageConfig = (image: SystemImage, layerSum: string): object => ({
  architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
  os: 'linux',
  config: { Entrypoint: image.entrypoint, Env: ['PATH=/'] },
  rootfs: { type: 'layers', diff_ids: [`sha256:${layerSum}`] },
});

/** Writes one docker-archive with all images, the format of `docker save`: one layer each, no shell, no libraries. */
export async function writeImageArchive(
  images: SystemImage[],
  archive: string,
  { run, write }: Pick<Context, 'run' | 'write'>,
): Promise<void> {
  const work = `${archive}.${process.pid}`;
  const json = (name: string, value: object) => write([{ path: join(work, name), content: JSON.stringify(value) }]);
  try {
    await run(['mkdir', '-p', dirname(archive), work]);
    const manifest = [];
    for (const image of images) {
      const name = basename(image.reference).replace(':', '-');
      const layer = join(work, `${name}.tar`);
      await run(tarCommand(layer, image.programs));
      const [sum = ''] = (await run(['sha256sum', layer])).split(' ');
      await json(`${name}.json`, imageConfig(image, sum));
      manifest.push({ Config: `${name}.json`, RepoTags: [image.reference], Layers: [`${name}.tar`] });
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
  } finally {
    await run(['rm', '--recursive', '--force', work]);
  }
}
