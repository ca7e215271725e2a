// The two images a node must have before any other: pause and CoreDNS, made FROM scratch out of programs at hand.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Exec } from '../../lib/types.ts';

/** Holds the sandbox of every pod; its busybox also answers for probes such as nslookup. */
export const pauseImage = 'firesteel.dev/pause:1';
export const corednsImage = 'firesteel.dev/coredns:1.14.7';

interface SystemImage {
  reference: string;
  /** Programs by the name they get in the image's root. */
  programs: Record<string, string>;
  entrypoint: string[];
}

/** What the images are made of. tini reaps the processes of pods that share their process namespace. */
export const systemImages = (binaries: string): SystemImage[] => [
  {
    reference: pauseImage,
    programs: { tini: '/usr/bin/tini-static', busybox: '/bin/busybox' },
    entrypoint: ['/tini', '-s', '--', '/busybox', 'sleep', 'infinity'],
  },
  { reference: corednsImage, programs: { coredns: join(binaries, 'coredns') }, entrypoint: ['/coredns'] },
];

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

const tarCommand = (archive: string, folder: string, names: string[]) =>
  [
    'tar',
    '--create',
    '--file',
    archive,
    '--directory',
    folder,
    '--owner=0',
    '--group=0',
    '--mtime=@0',
    ...names,
  ] as const;

/** Writes one docker-archive with all images, the format of `docker save`: one layer each, no shell, no libraries. */
export async function writeImageArchive(images: SystemImage[], archive: string, run: Exec): Promise<void> {
  await mkdir(dirname(archive), { recursive: true });
  const work = await mkdtemp(`${archive}-`);
  try {
    const manifest = [];
    for (const image of images) {
      const name = basename(image.reference).replace(':', '-');
      const root = join(work, `${name}-root`);
      await mkdir(root);
      for (const [program, source] of Object.entries(image.programs)) await copyFile(source, join(root, program));
      await run(tarCommand(join(work, `${name}.tar`), root, Object.keys(image.programs)));
      const config = {
        architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
        os: 'linux',
        config: { Entrypoint: image.entrypoint, Env: ['PATH=/'] },
        rootfs: { type: 'layers', diff_ids: [`sha256:${await sha256(join(work, `${name}.tar`))}`] },
      };
      await writeFile(join(work, `${name}.json`), JSON.stringify(config));
      manifest.push({ Config: `${name}.json`, RepoTags: [image.reference], Layers: [`${name}.tar`] });
    }
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest));
    const files = manifest.flatMap(({ Config, Layers }) => [Config, ...Layers]);
    await run(tarCommand(join(work, 'archive'), work, ['manifest.json', ...files]));
    await rename(join(work, 'archive'), archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
