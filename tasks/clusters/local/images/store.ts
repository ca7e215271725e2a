// Keeps a containerd store in the cache, whose files a new node gets as hard links.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { shortHash } from '../../../core/files/hash.ts';
import { cachePath, projectPath } from '../../../core/paths.ts';
import type { Command } from '../../../core/types.ts';
import type { Layout, NodeLayout } from '../layout.ts';
import { afresh } from '../node/nodes.ts';
import type { Snapshotter } from './snapshotter.ts';

/** Raised when the same archives become another store. */
const format = 2;

const script = projectPath('docker', 'node', 'store.sh');

/** A store, which may not be there yet, and what it is made of. */
export interface Store {
  path: string;
  binaries: string;
  snapshotter: Snapshotter;
  /** Docker-archives; the last one names it. */
  archives: string[];
}

/** Path, size and time of change of a file: what tells one state of it from another. */
function stateOf(path: string): unknown[] {
  const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return [path, size, mtimeMs];
}

/** The store of these archives: another containerd, or another archive of the same name, means another store. */
export function storeOf(binaries: string, snapshotter: Snapshotter, archives: string[]): Store {
  const key = shortHash([format, snapshotter, [join(binaries, 'containerd'), ...archives].map(stateOf)]);
  const name = basename(archives.at(-1) ?? '', '.tar');
  return { path: cachePath('stores', `${name}-${key}`), binaries, snapshotter, archives };
}

export const isKept = (store: Store): boolean => existsSync(join(store.path, 'sum'));

/** Makes a store, and a damaged one again. Needs root. */
export const keepCommand = ({ path, binaries, snapshotter, archives }: Store): Command =>
  afresh(['sh', script, 'keep', path, binaries, snapshotter, ...archives]);

/** Whether a node has run before, or has what a store held. */
export const hasRuntimeFolder = (node: NodeLayout): boolean => existsSync(runtimeFolder(node));

const runtimeFolder = (node: NodeLayout): string => join(node.folder, 'containerd');

/** Gives what a store holds to a node that has not started yet. Needs root. */
export const takeCommand = ({ path }: Store, node: NodeLayout): Command => [
  'sh',
  script,
  'take',
  path,
  runtimeFolder(node),
];

/** What `takeCommand` exits with when the store is not as it was made. */
export const damaged = 3;

/** The device of a path, or of the nearest folder above it that is there. */
function deviceOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.dev ?? deviceOf(dirname(path));
}

/** Why the nodes of a cluster cannot begin with hard links of the cache's files; false if they can. */
export const whyNoLinks = ({ folder }: Pick<Layout, 'folder'>): string | false =>
  deviceOf(cachePath()) !== deviceOf(folder) && `${cachePath()} is on another file system than ${folder}`;
