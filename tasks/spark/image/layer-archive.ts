// The archive of a job's image, with the layers of the image below: for engines, registries and clusters that take no less.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { blobPath, layoutParts } from '../../lib/image-layout.ts';
import { imageArchive, imageFolder } from '../../lib/paths.ts';
import type { SingleStep } from '../../lib/types.ts';
import { withWorkFolder } from '../../lib/work-folder.ts';
import { readSaved } from './saved-image.ts';

/** Writes the archive of the image `of` names, whose layout is in the cache. */
export const writeArchive = (of: () => Promise<{ image: string; spark: string }>): SingleStep => ({
  title: "Write the image's archive",
  skip: async () => {
    const { image } = await of();
    return existsSync(imageArchive(image)) && 'in the cache';
  },
  run: async ({ read, run }) => {
    const { image, spark } = await of();
    const archive = imageArchive(image);
    await withWorkFolder(archive, run, async (work) => {
      const part = join(work, 'archive.tar');
      const layout = join(work, 'layout');
      const saved = join(work, 'saved');
      await run(['mkdir', '-p', saved]);
      await run(['cp', '--recursive', '--link', imageFolder(image), layout]);
      await run(['tar', '--extract', `--file=${imageArchive(spark)}`, `--directory=${saved}`]);
      const layers = existsSync(layout) ? (await readSaved(imageArchive(spark), read)).layers : [];
      for (const { member, digest } of layers)
        await run(['cp', '--link', '--dereference', join(saved, member), join(layout, blobPath(digest))]);
      await run(['tar', '--create', `--file=${part}`, `--directory=${layout}`, ...layoutParts]);
      await run(['mv', '--force', part, archive]);
    });
  },
});
