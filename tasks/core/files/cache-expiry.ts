// Finds cache files that nothing needs: old image archives and interrupted work.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../alive.ts';
import { cachePath } from '../paths.ts';

/** A file or folder; `modified` is in ms since 1970. */
export interface CacheEntry {
  path: string;
  modified: number;
  /** A cluster shares its files: removing it would free nothing. */
  shared?: true;
}

/** Folders that another program keeps: Docker and Ivy. In all others, files and folders are `NAME.PID` until they are done. */
const foreign = ['docker', 'ivy'];

/** What is in the cache's folders now. */
export const cacheEntries = (): CacheEntry[] =>
  foldersOf(cachePath())
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .flatMap((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat ? [{ path, modified: stat.mtimeMs, ...(isShared(path) ? { shared: true } : {}) }] : [];
    });

const foldersOf = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !foreign.includes(entry.name))
        .map(({ name }) => join(path, name))
    : [];

/** Nodes that began with a store hold a hard link of its sum. */
const isShared = (path: string): boolean =>
  path.includes('/stores/') && (statSync(join(path, 'sum'), { throwIfNoEntry: false })?.nlink ?? 1) > 1;

/** Whether only root can remove it. */
export const isRoots = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.uid === 0;

/** Linux gives no greater process id (pid_max). */
const greatestPid = 2 ** 22;

/** What comes before a process id: an archive, a folder named by its hash, a plain name; never a version. */
const workName = /(?:\.tar|\.tgz|\.tar\.gz|-[0-9a-f]{12}|\/[a-z-]+|\/[0-9a-f]{12})\.(\d+)$/;

function isCutOff(path: string, isThere: (pid: number) => boolean): boolean {
  const pid = Number(workName.exec(path)?.[1] ?? Number.NaN);
  // Others than us end such names with numbers as well, such as docker while it saves.
  return pid > greatestPid || (pid > 0 && !isThere(pid));
}

/**
 * `spark-4.3.0` of `images/spark-4.3.0-929282852cba.tar`; undefined for what is not an archive with a hash of its content. Images
 * of jobs, with a second hash behind the first, are their own kinds, as archives and as folders.
 */
function kindOf(path: string): string | undefined {
  const [, job, tar = ''] = /\/images\/([^/.][^/]*)-[0-9a-f]{12}-[0-9a-f]{12}(\.tar)?$/.exec(path) ?? [];
  return job ? `${job} with a layer${tar}` : /\/images\/([^/.][^/]*)-[^/-]+\.tar$/.exec(path)?.[1];
}

/** Packages and data of jobs and stores, touched by all who use them, and scripts of notebooks: made again if someone needs them. */
const isMadeAgain = (path: string): boolean =>
  /\/(?:layers\/[a-z]+-|data\/[-\w]+-|notebooks\/|stores\/[-\w.]+-)[0-9a-f]{12}$/.test(path);

/**
 * Those that are older than `ageMs`: image archives but the newest of each kind, packages, data and scripts of jobs, stores
 * that no cluster shares, and work whose process has ended.
 */
export function oldFiles(
  entries: CacheEntry[],
  ageMs: number,
  now: number,
  isThere: (pid: number) => boolean = isAlive,
): string[] {
  const newest = new Map<string, CacheEntry>();
  for (const entry of entries) {
    const kind = kindOf(entry.path);
    if (kind && entry.modified >= (newest.get(kind)?.modified ?? 0)) newest.set(kind, entry);
  }
  return entries
    .filter(({ modified, shared }) => now - modified >= ageMs && !shared)
    .filter((entry) => {
      const kind = kindOf(entry.path);
      return kind ? newest.get(kind) !== entry : isMadeAgain(entry.path) || isCutOff(entry.path, isThere);
    })
    .map(({ path }) => path);
}
