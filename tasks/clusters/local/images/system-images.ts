// Makes the images that a node needs first, pause and CoreDNS, FROM scratch.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shortDigest } from '../../../core/files/hash.ts';
import { cachePath } from '../../../core/paths.ts';
import { type ScratchImage, writeImageArchive } from '../../../images/scratch.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { Step } from '../../../steps/types.ts';
import { busybox } from '../../../toolbox/static.ts';
import { binariesFolder } from '../programs/binaries.ts';

/** Holds the sandbox of every pod; its busybox also answers for probes such as nslookup. */
export const pauseImage = 'firesteel.dev/pause:1';
export const corednsImage = 'firesteel.dev/coredns:1.14.7';

/** What the images are made of. tini reaps the processes of pods that share their process namespace. */
const systemImages = (binaries: string): ScratchImage[] => [
  {
    reference: pauseImage,
    programs: ['/usr/bin/tini-static', busybox],
    entrypoint: ['/tini-static', '-s', '--', '/busybox', 'sleep', 'infinity'],
  },
  { reference: corednsImage, programs: [join(binaries, 'coredns')], entrypoint: ['/coredns'] },
];

/** The archive is named after the program it is made of: where that is and when it was made. */
export function systemArchive(profile: Profile): string {
  const coredns = join(binariesFolder(profile), 'coredns');
  const made = existsSync(coredns) ? statSync(coredns).mtimeMs : 0;
  const key = shortDigest(`${coredns} ${made}`);
  return cachePath('images', `system-${key}.tar`);
}

export const makeSystemImages = (profile: Profile): Step => ({
  title: 'Make pause and CoreDNS images',
  skip: () => existsSync(systemArchive(profile)) && 'in the cache',
  run: (context) => writeImageArchive(systemImages(binariesFolder(profile)), systemArchive(profile), context),
});
