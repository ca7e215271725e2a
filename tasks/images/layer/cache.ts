// Folders of the cache for what layers fetch, named after the request, each whole or missing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withWorkFolder } from '../../core/files/work-folder.ts';
import { cachePath } from '../../core/paths.ts';
import type { Context } from '../../steps/types.ts';

/** `layers/python-0123456789ab` in the cache. */
export const fetchedFolder = (kind: string, hash: string): string => cachePath('layers', `${kind}-${hash}`);

/** Makes `folder`: `fill` is given an empty folder for what is needed on the way, and one that takes the content. */
export const fetchInto = (
  folder: string,
  { mkdir, move, remove }: Pick<Context, 'mkdir' | 'move' | 'remove'>,
  fill: (work: string, content: string) => Promise<void>,
): Promise<void> =>
  withWorkFolder(folder, { mkdir, remove }, async (work) => {
    const content = join(work, 'content');
    await mkdir(content);
    await fill(work, content);
    // Another process may have been quicker, with the same.
    if (!existsSync(folder)) await move(content, folder);
  });
