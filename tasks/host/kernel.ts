// Checks the kernel of this machine and its limits of files and watches.
import { readFileSync, watch } from 'node:fs';
import { release, tmpdir } from 'node:os';
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

/** Why no further file can be watched: the limits count what all programs of a user watch. inotify_init(2). */
function whyNoWatch(): string | undefined {
  try {
    watch(tmpdir()).close();
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EMFILE') return 'your programs use all instances of inotify: fs.inotify.max_user_instances';
    return code === 'ENOSPC' ? 'your programs use all watches of inotify: fs.inotify.max_user_watches' : undefined;
  }
}

/** Kernel settings that are below what is needed, or used up. */
function inotifyFinding(): Finding {
  const found = leastWatches.map(([key, least]) => ({
    key,
    least,
    is: kernelNumber(`/proc/sys/${key.replaceAll('.', '/')}`),
  }));
  const low = found.flatMap(({ key, least, is }) => (is !== undefined && is < least ? [{ key, least, is }] : []));
  if (found.every(({ is }) => is === undefined)) return notAvailable('this kernel reports no inotify limits');
  const [seen = '', ...more] = low.map(({ key, least, is }) => `${key} is ${is}, ${least} needed`);
  const remedies = low.map(
    ({ key, least }): Remedy => ({ command: ['sysctl', '-w', `${key}=${least}`], asRoot: true }),
  );
  if (low.length > 0) return { state: 'partial', seen, more, remedies };
  const used = whyNoWatch();
  if (used)
    return { state: 'missing', seen: used, remedies: [{ text: 'end programs that watch files, or raise the limit' }] };
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
    remedies: [
      { text: `as root, set nofile in /etc/security/limits.conf to ${leastFiles} or more, then log in again` },
    ],
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

/** As kubeadm wants it: https://kubernetes.io/docs/reference/node/kernel-version-requirements/ */
const leastKernel = [4, 19] as const;

/** Whether a kernel, such as `6.1.0-18-amd64`, can run nodes; `mounts` is /proc/mounts. */
function kernelFinding(version: string, mounts: string): Finding {
  const [major = 0, minor = 0] = version.split(/[.+-]/).map(Number);
  const [leastMajor, leastMinor] = leastKernel;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor))
    return ok(`Linux ${version} on ${process.arch}, ${cgroupVersion(mounts)}`);
  return {
    state: 'partial',
    seen: `Linux ${version} is too old: nodes need ${leastKernel.join('.')} or newer`,
    remedies: [{ text: 'update the operating system, or use an existing cluster: --profile context' }],
  };
}

export const kernelChecks: readonly Check[] = [
  {
    name: 'kernel',
    title: 'Kernel',
    category: 'This machine',
    affects: 'clusters on this machine',
    run: () =>
      process.platform === 'linux'
        ? kernelFinding(release(), readOr('/proc/mounts'))
        : ok(`${process.platform} ${release()} on ${process.arch}`),
  },
  {
    name: 'files',
    title: 'Limit of open files',
    category: 'This machine',
    affects: 'runs with many executors, classes with many students',
    run: () => fileLimitFinding(readOr('/proc/self/limits')),
  },
];
