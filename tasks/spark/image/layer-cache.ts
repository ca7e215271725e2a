// What was fetched for layers: folders in the cache, named after what was requested, each whole or not there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath } from '../../lib/paths.ts';
import type { Context } from '../../lib/types.ts';
import { moveCommand, withWorkFolder } from '../../lib/work-folder.ts';

/** `layers/python-0123456789ab` in the cache. */
export const fetchedFolder = (kind: string, hash: string): string => cachePath('layers', `${kind}-${hash}`);

/** Makes `folder`: `fill` is given an empty folder for what is needed on the way, and one that takes the content. */
export const fetchInto = (
  folder: string,
  { run }: Context,
  fill: (work: string, content: string) => Promise<void>,
): Promise<void> =>
  withWorkFolder(folder, run, async (work) => {
    const content = join(work, 'content');
    await run(['mkdir', '-p', content]);
    await fill(work, content);
    // Another process may have been quicker, with the same.
    if (!existsSync(folder)) await run(moveCommand(content, folder));
  });
