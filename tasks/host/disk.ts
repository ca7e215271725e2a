// Checks whether the disks of this machine have room for what firesteel keeps.
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { cachePath } from '../core/paths.ts';
import { type Check, type Finding, ok } from '../steps/check.ts';

export const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

interface FileSystem {
  /** The nearest folder that is there. */
  path: string;
  /** Bytes. */
  size: number;
  free: number;
  files: number;
  freeFiles: number;
}

/** The file system of a path, or of the nearest folder above it that is there. */
export function fileSystemOf(path: string): FileSystem {
  try {
    const { bsize, blocks, bavail, files, ffree } = statfsSync(path);
    return { path, size: blocks * bsize, free: bavail * bsize, files, freeFiles: ffree };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return fileSystemOf(dirname(path));
  }
}

/** MiB: Spark's distribution, a base, an image as an archive and as layers. */
const leastCache = 3000;
/** MiB: work of builds and of package managers. */
const leastTemporary = 500;

/** Whether a folder has this many MiB free. */
function spaceIn(folder: string, least: number, cure: string): Finding {
  const { path, free } = fileSystemOf(folder);
  const seen = `${path} has ${mebibytes(free)} MiB free`;
  if (mebibytes(free) >= least) return ok(seen);
  return { state: 'partial', seen: `${seen}, ${least} MiB needed`, remedies: [{ text: cure }] };
}

export const diskChecks: readonly Check[] = [
  {
    name: 'cache',
    title: 'Disk space of the cache',
    category: 'This machine',
    affects: 'downloads and builds of images',
    run: () => {
      const found = spaceIn(cachePath(), leastCache, 'set XDG_CACHE_HOME to a folder on another disk');
      return found.state === 'ok'
        ? found
        : { ...found, remedies: [{ command: ['firesteel', 'gc', '0s', '--cache'] }, ...(found.remedies ?? [])] };
    },
  },
  {
    name: 'temporary',
    title: 'Space for temporary files',
    category: 'This machine',
    affects: 'builds, pip and minikube',
    run: () => spaceIn(tmpdir(), leastTemporary, 'remove old files there, or set TMPDIR to a folder on another disk'),
  },
];
