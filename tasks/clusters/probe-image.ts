// The image for name look-ups in clusters of other programs: busybox alone, FROM scratch.
import { existsSync } from 'node:fs';
import { cachePath } from '../core/paths.ts';
import { writeImageArchive } from '../images/scratch.ts';
import type { SingleStep, Tool } from '../steps/types.ts';
import { busybox, busyboxTool } from '../toolbox/static.ts';

/** Its reference; the `nslookup` in it is `/busybox nslookup`. */
export const probeImage = 'firesteel.dev/pause:1';

/** Its docker-archive in the cache. */
export const probeArchive = (): string => cachePath('images', 'probe.tar');

/** What it is made of. */
export const probeTools: Tool[] = [busyboxTool('looks up names')];

/** Makes the archive, unless it is in the cache. */
export const makeProbeImage = (): SingleStep => ({
  title: 'Make the image for name look-ups',
  skip: () => existsSync(probeArchive()) && 'in the cache',
  run: (context) =>
    writeImageArchive(
      [{ reference: probeImage, programs: [busybox], entrypoint: ['/busybox', 'sleep', 'infinity'] }],
      probeArchive(),
      context,
    ),
});
