// Shows what a notebook server's claim holds, for the question before its removal.
import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { counted } from '../../core/screen/counted.ts';
import type { KubeObject } from '../../kube/object.ts';
import { isOurs } from '../../kube/render.ts';
import type { Context } from '../../steps/types.ts';
import { type LabContents, withLab } from './link.ts';
import { claimRef } from './names.ts';

/** A line for people; undefined if there is no claim that would go. */
export async function claimLine(context: Context, object: string): Promise<string | undefined> {
  const claim = await context.kube.get(claimRef(object, context.profile));
  if (!claim || !isOurs(claim)) return undefined;
  const contents = await withLab(context, object, (link) => link.contents()).catch(() => undefined);
  return `claim ${object} of ${sizeOf(claim as KubeObject<V1PersistentVolumeClaim>)} with the work folder: ${shownContents(contents)}`;
}

const sizeOf = ({ spec }: KubeObject<V1PersistentVolumeClaim>): string =>
  spec.resources?.requests?.['storage'] ?? 'unknown size';

/** `3 files, 1.2 MB`. */
export function shownContents(contents: LabContents | undefined): string {
  if (!contents) return 'its content is unknown, because no notebook server is running';
  const { files, bytes, isAll } = contents;
  const amount = `${counted(files, 'file')}, ${(bytes / 1e6).toFixed(1)} MB`;
  return isAll ? amount : `more than ${amount}`;
}
