// Writes a job's image as one archive with all layers, for engines and registries that need them.
import { existsSync, realpathSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { membersOf, writeTar } from '../../core/files/tar.ts';
import { withWorkFolder } from '../../core/files/work-folder.ts';
import { imageArchive, imageFolder } from '../../core/paths.ts';
import type { SingleStep } from '../../steps/types.ts';
import { blobPath, layoutParts } from '../layout.ts';
import { readSaved } from '../saved-image.ts';

/** Writes the archive of the image `of` names, whose layout is in the cache. */
export const writeArchive = (of: () => Promise<{ image: string; spark: string }>): SingleStep => ({
  title: "Write the archive of the job's image",
  skip: async () => {
    const { image } = await of();
    return existsSync(imageArchive(image)) && 'in the cache';
  },
  run: async (context) => {
    const { read, run, change, mkdir, signal } = context;
    const { image, spark } = await of();
    const archive = imageArchive(image);
    await withWorkFolder(archive, context, async (work) => {
      const part = join(work, 'archive.tar');
      const saved = join(work, 'saved');
      await mkdir(saved);
      await run(['tar', '--extract', `--file=${imageArchive(spark)}`, `--directory=${saved}`]);
      await change(`write ${archive}`, async () => {
        const { layers } = await readSaved(imageArchive(spark), read);
        const below = layers.map(({ member, digest }) => ({
          name: blobPath(digest),
          path: realpathSync(join(saved, member)),
        }));
        const own = layoutParts.flatMap((part) => membersOf(join(imageFolder(image), part), part));
        await writeTar([...own, ...below], part, signal);
        await rename(part, archive);
      });
    });
  },
});
