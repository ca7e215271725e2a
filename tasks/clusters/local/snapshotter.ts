// How containerd keeps images unpacked.
import type { Exec } from '../../lib/types.ts';

export type Snapshotter = 'native' | 'overlayfs';

/** Overlay mounts need a file system that can carry them; inside a container the folder's often cannot. */
export async function snapshotterFor(folder: string, read: Exec): Promise<Snapshotter> {
  const type = await read(['stat', '--file-system', '--format=%T', folder]).catch(() => '');
  return /overlay|tmpfs|nfs/.test(type) ? 'native' : 'overlayfs';
}
