// Chooses how containerd keeps unpacked images.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../../core/paths.ts';
import type { Exec } from '../../../core/types.ts';
import type { NodeLayout } from '../layout.ts';

export type Snapshotter = 'native' | 'overlayfs';

export const tryCommand = (folder: string) => ['sh', projectPath('docker', 'node', 'try-overlay.sh'), folder] as const;

/** The one a node has, else the one that works in its folder. */
export async function snapshotterFor(node: NodeLayout | undefined, read: Exec): Promise<Snapshotter> {
  if (!node || !existsSync(node.folder)) return 'overlayfs';
  const own = ownSnapshotter(node) ?? (await read(tryCommand(node.folder), { asRoot: true }).catch(() => ''));
  return own.trim() === 'native' ? 'native' : 'overlayfs';
}

/** What is unpacked for one is not there for the other. */
function ownSnapshotter(node: NodeLayout): string | undefined {
  const settings = join(node.folder, 'config', 'containerd.toml');
  return existsSync(settings) ? /^ *snapshotter = "(\w+)"$/m.exec(readFileSync(settings, 'utf8'))?.[1] : undefined;
}
