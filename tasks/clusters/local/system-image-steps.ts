// The images that every node has before any other, from the cache into its runtime.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shortDigest } from '../../lib/hash.ts';
import { writeImageArchive } from '../../lib/image-archive.ts';
import { cachePath } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Step } from '../../lib/types.ts';
import { binariesFolder } from './binaries.ts';
import { layoutOf } from './layout.ts';
import { hasImage, importImages, waitForRuntime } from './publish.ts';
import { corednsImage, pauseImage, systemImages } from './system-images.ts';

export const systemImageSteps = (profile: Profile): Step[] => [
  makeImages(profile),
  waitForRuntime(profile),
  loadImages(profile),
];

/** The archive is named after the program it is made of: where that is and when it was made. */
function systemArchive(profile: Profile): string {
  const coredns = join(binariesFolder(profile), 'coredns');
  const made = existsSync(coredns) ? statSync(coredns).mtimeMs : 0;
  const key = shortDigest(`${coredns} ${made}`);
  return cachePath('images', `system-${key}.tar`);
}

const makeImages = (profile: Profile): Step => ({
  title: 'Make pause and CoreDNS images',
  skip: () => existsSync(systemArchive(profile)) && 'in the cache',
  run: (context) => writeImageArchive(systemImages(binariesFolder(profile)), systemArchive(profile), context),
});

const loadImages = (profile: Profile): Step => ({
  title: 'Load them into every node',
  skip: async ({ read }) => {
    const { nodes } = await layoutOf(profile, read);
    const found = await Promise.all(
      nodes.flatMap((node) => [pauseImage, corednsImage].map((image) => hasImage(node, image, read))),
    );
    return found.every(Boolean) && 'loaded';
  },
  run: async (context) => {
    const { nodes } = await layoutOf(profile, context.read);
    await Promise.all(nodes.map((node) => importImages(node, systemArchive(profile), context)));
  },
});
