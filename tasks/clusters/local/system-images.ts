// The two images a node must have before any other: pause and CoreDNS, made FROM scratch out of programs at hand.
import { join } from 'node:path';
import type { ScratchImage } from '../../lib/image-archive.ts';

/** Holds the sandbox of every pod; its busybox also answers for probes such as nslookup. */
export const pauseImage = 'firesteel.dev/pause:1';
export const corednsImage = 'firesteel.dev/coredns:1.14.7';

/** What the images are made of. tini reaps the processes of pods that share their process namespace. */
export const systemImages = (binaries: string): ScratchImage[] => [
  {
    reference: pauseImage,
    programs: ['/usr/bin/tini-static', '/bin/busybox'],
    entrypoint: ['/tini-static', '-s', '--', '/busybox', 'sleep', 'infinity'],
  },
  { reference: corednsImage, programs: [join(binaries, 'coredns')], entrypoint: ['/coredns'] },
];
