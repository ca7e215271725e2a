// Checks whether this machine can run nodes, without changing anything.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { shown } from '../../core/exec.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import type { Command, Exec } from '../../core/types.ts';
import { fileSystemOf, mebibytes } from '../../host/disk.ts';
import type { Remedy } from '../../steps/check.ts';
import type { Layout } from './layout.ts';
import { findNode } from './node/nodes.ts';

export const elsewhere = 'use --profile context with an existing cluster';

export async function rootProblem(read: Exec): Promise<string[]> {
  try {
    // Making namespaces is the right that a container without privileges lacks.
    await read(['unshare', '--mount', '--pid', '--fork', 'true'], { asRoot: true });
    return [];
  } catch (error) {
    const reason = messageOf(error);
    return [
      `a local cluster needs root, or sudo without a password, and the right to make namespaces (${reason}): ${elsewhere}`,
    ];
  }
}

/** Kubelets limit pods by these. */
const leastControllers = ['cpu', 'memory', 'pids'];

const readOr = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/**
 * Nodes make their own cgroup in every hierarchy; `mounts` is /proc/mounts, where a later line covers an earlier one.
 * `unified` has the controllers of version 2; those of version 1 are options of its mounts.
 */
export function cgroupProblems(mounts: string, unified = readOr('/sys/fs/cgroup/cgroup.controllers')): string[] {
  const rows = mounts.split('\n').map((line) => line.split(' '));
  const options = new Map(
    rows.flatMap(([, place = '', type = '', words = '']) =>
      /^cgroup2?$/.test(type) ? [[place, words.split(',')]] : [],
    ),
  );
  const closed = [...options].filter(([, words]) => words.includes('ro')).map(([place]) => place);
  if (closed.length > 0)
    return [`${closed.join(', ')} is read-only, and nodes make cgroups there: mount it read-write, or ${elsewhere}`];
  if (options.size === 0)
    return [
      `no control groups are mounted, and nodes make theirs there: mount them at /sys/fs/cgroup, or ${elsewhere}`,
    ];
  const offered = new Set([...options.values()].flat().concat(unified.trim().split(/\s+/)));
  const missing = leastControllers.filter((name) => !offered.has(name));
  return missing.length > 0
    ? [
        `control groups lack ${missing.join(', ')}, by which kubelets limit pods: start the kernel with ${missing.map((name) => `cgroup_enable=${name}`).join(' ')}, or ${elsewhere}`,
      ]
    : [];
}

/** A kubelet ends without it; containers often lack it. */
export const kernelLogProblems = (path = '/dev/kmsg'): string[] =>
  existsSync(path)
    ? []
    : [`${path} does not exist, and kubelets read it: create it (mknod ${path} c 1 11), or ${elsewhere}`];

/** Options of the mount that holds a path; `mounts` is /proc/mounts. */
function mountOptions(path: string, mounts: string): string[] {
  const rows = mounts.split('\n').map((line) => line.split(' '));
  const holding = rows.flatMap(([, place = '', , words = '']) => {
    const folder = place.replaceAll('\\040', ' ');
    return folder === '/' || `${path}/`.startsWith(`${folder}/`) ? [{ folder, words }] : [];
  });
  const longest = Math.max(...holding.map(({ folder }) => folder.length));
  return holding.findLast(({ folder }) => folder.length === longest)?.words.split(',') ?? [];
}

/** Folders that nodes run programs from, on file systems that let nobody run one. */
export function executionProblems(
  { folder, binaries }: Pick<Layout, 'folder' | 'binaries'>,
  mounts = readFileSync('/proc/mounts', 'utf8'),
): string[] {
  const places = [
    { path: folder, variable: 'XDG_DATA_HOME' },
    { path: binaries, variable: 'XDG_CACHE_HOME' },
  ];
  return places
    .map(({ path, variable }) => ({ path: realpathSync(fileSystemOf(path).path), variable }))
    .filter(({ path }) => mountOptions(path, mounts).includes('noexec'))
    .map(
      ({ path, variable }) =>
        `${path} is mounted with noexec, and nodes run programs from there: mount it with exec, or set ${variable} to a folder elsewhere`,
    );
}

/** Kubelets evict pods from a disk with less than this share of free space or files. */
const leastShare = 0.01;
/** Bytes for etcd, logs and images of a cluster, without Spark's. */
const leastBytes = 2 ** 30;
/** Those of the Spark image, and as many again. */
const leastFiles = 20_000;

/** Why a new cluster would not fit; some file systems do not count their files. */
export function spaceProblems(folder: string, { path, size, free, files, freeFiles } = fileSystemOf(folder)): string[] {
  const least = leastBytes + leastShare * size;
  const cure = 'free disk space: firesteel gc 0s --cache; or set XDG_DATA_HOME to a folder on another disk';
  return [
    ...(free < least
      ? [`${path} has ${mebibytes(free)} MiB free, a cluster needs ${mebibytes(least)} MiB: ${cure}`]
      : []),
    ...(files > 0 && freeFiles < leastFiles + leastShare * files
      ? [
          `${path} has room for ${freeFiles} files, a cluster needs ${leastFiles + Math.round(leastShare * files)}: ${cure}`,
        ]
      : []),
  ];
}

/** A node that runs has what it needs, and its own way of saying what it lacks. */
export const diskProblems = ({ nodes, folder }: Layout): string[] =>
  nodes.some(findNode) ? [] : spaceProblems(folder);

/** Whether the host's link into the cluster carries packets: only then does the kernel answer a question for their route. */
export function isLinkUp({ hostLink }: Layout): boolean {
  try {
    // IFF_UP of netdevice(7).
    return (Number(readFileSync(`/sys/class/net/${hostLink}/flags`, 'utf8')) & 1) === 1;
  } catch {
    return false;
  }
}

/** Brings packets back to the main table of routes. */
const ruleCommand = (network: string): Command => [
  'ip',
  'rule',
  'add',
  'to',
  network,
  'lookup',
  'main',
  'priority',
  '100',
];

/** A command where a rule of this machine leads packets elsewhere. */
export async function routeRemedies(layout: Layout, read: Exec): Promise<Remedy[]> {
  const command = ruleCommand(layout.nodeNetwork);
  const problems = isLinkUp(layout) ? await routeProblems(layout, read) : [];
  return problems.some((problem) => problem.endsWith(shown(command))) ? [{ command, asRoot: true }] : [];
}

/** What the kernel answers where a route is unreachable, a black hole, or prohibited: ip-route(8). */
const refusal = (error: unknown): string => (error instanceof Failure ? (error.output ?? '') : '');

/** Why packets to the API server do not reach it, once the link is up. */
export async function routeProblems({ hostLink, nodeNetwork, nodes }: Layout, read: Exec): Promise<string[]> {
  const address = nodes[0]?.address ?? '';
  const answer = await read(['ip', '-json', 'route', 'get', address]).catch(refusal);
  const override = shown(ruleCommand(nodeNetwork));
  const stopped = /^RTNETLINK answers: (No route to host|Invalid argument|Permission denied)$/m.exec(answer)?.[1];
  if (stopped)
    return [
      `packets to ${address} go nowhere (${stopped}), because a rule or a route of this machine stops them, as a VPN sets one; override it: ${override}`,
    ];
  const [route] = JSON.parse(/^\[[\s\S]*/m.exec(answer)?.[0] ?? '[]') as { dev?: string; table?: string }[];
  if (!route?.dev || route.dev === hostLink) return [];
  const what = `packets to ${address} leave by ${route.dev}`;
  return [
    route.table
      ? `${what}, because a rule of this machine uses routing table ${route.table} first; override that rule: ${override}`
      : `${what}, because this machine has a more specific route: destroy the cluster and set local.nodeNetwork to another network`,
  ];
}

/**
 * Asks what the way to a node that starts still lacks; undefined once it is there. A request before that would wait for long,
 * and one that another route takes is never answered: Failure says which.
 */
export function wayToNode(layout: Layout, read: Exec): () => Promise<string | undefined> {
  let isThere = false;
  return async () => {
    if (isThere) return undefined;
    if (!isLinkUp(layout)) return `no link ${layout.hostLink} yet`;
    const [problem] = await routeProblems(layout, read);
    if (problem) throw new Failure(problem);
    isThere = true;
    return undefined;
  };
}
