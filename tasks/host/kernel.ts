// Checks the kernel of this machine and its limits of files and watches.
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { type Check, type Finding, notAvailable, ok, type Remedy } from '../steps/check.ts';

/** The number that a file of /proc/sys holds; undefined if there is none. */
function kernelNumber(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What nodes of a few containers each take, as kind's documents advise. */
const leastWatches: readonly [key: string, least: number][] = [
  ['fs.inotify.max_user_watches', 65_536],
  ['fs.inotify.max_user_instances', 128],
];

/** Kernel settings that are below what is needed; `root` stands in place of /proc/sys. */
export function inotifyFinding(needed = leastWatches, root = '/proc/sys'): Finding {
  const found = needed.map(([key, least]) => ({
    key,
    least,
    is: kernelNumber(`${root}/${key.replaceAll('.', '/')}`),
  }));
  const low = found.flatMap(({ key, least, is }) => (is !== undefined && is < least ? [{ key, least, is }] : []));
  if (found.every(({ is }) => is === undefined)) return notAvailable('this kernel reports no inotify limits');
  const [seen = '', ...more] = low.map(({ key, least, is }) => `${key} is ${is}, ${least} needed`);
  const remedies = low.map(
    ({ key, least }): Remedy => ({ command: ['sysctl', '-w', `${key}=${least}`], asRoot: true }),
  );
  if (low.length > 0) return { state: 'partial', seen, more, remedies };
  return ok(found.map(({ key, is }) => `${key.split('.').at(-1)} ${is}`).join(', '));
}

/** For kinds whose nodes run on this machine's kernel. */
export const inotifyCheck: Check = {
  name: 'inotify',
  title: 'Limits of inotify',
  category: 'This machine',
  affects: 'kubelets and logs: "too many open files"',
  run: () => inotifyFinding(),
};

/** Open files that a run with many executors, or a class with many links, takes. */
const leastFiles = 4096;

/** The limit that this process can raise itself to; `limits` is /proc/self/limits. */
export function fileLimitFinding(limits: string): Finding {
  const [, soft, hard = ''] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits) ?? [];
  if (soft === undefined) return notAvailable('this system reports no limit');
  if (hard === 'unlimited' || Number(hard) >= leastFiles) return ok(`${hard} open files`);
  return {
    state: 'partial',
    seen: `this shell allows ${hard} open files, ${leastFiles} needed`,
    remedies: [{ text: `raise the limit: ulimit -Hn ${leastFiles}, or nofile in /etc/security/limits.conf` }],
  };
}

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Which generation of control groups is mounted. */
export function cgroupVersion(mounts: string): string {
  const types = mounts.split('\n').map((line) => line.split(' ')[2]);
  if (types.includes('cgroup')) return 'control groups v1';
  return types.includes('cgroup2') ? 'control groups v2' : 'no control groups';
}

export const kernelChecks: readonly Check[] = [
  {
    name: 'kernel',
    title: 'Kernel',
    category: 'This machine',
    affects: 'clusters on this machine',
    run: () =>
      ok(
        process.platform === 'linux'
          ? `Linux ${release()} on ${process.arch}, ${cgroupVersion(readOr('/proc/mounts'))}`
          : `${process.platform} ${release()} on ${process.arch}`,
      ),
  },
  {
    name: 'files',
    title: 'Limit of open files',
    category: 'This machine',
    affects: 'runs with many executors, classes with many students',
    run: () => fileLimitFinding(readOr('/proc/self/limits')),
  },
];
