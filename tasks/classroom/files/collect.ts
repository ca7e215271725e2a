// classroom collect: downloads one file of every student, with a limit and without unpacking.
// A student controls what a server sends, so firesteel reads files one by one.
import { basename, join, posix, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { SingleStep } from '../../steps/types.ts';
import { privateMode } from '../folder.ts';
import type { ClassRun } from '../run.ts';
import { inEachLab } from './each-lab.ts';

const mostBytes = 32 * 1024 * 1024;

/** Into FOLDER/STUDENT/FILE; students who have no such file are named. */
export const collectFile = (run: ClassRun, given: string, folder: string): SingleStep =>
  // A shell completes names as ./lesson.ipynb.
  collect(run, posix.normalize(given), folder);

const collect = (run: ClassRun, path: string, folder: string): SingleStep => ({
  title: `Collect ${path}`,
  run: async (context, out) => {
    const target = resolve(folder);
    await inEachLab(context, run, out, async (link, student) => {
      const content = await link.read(path, mostBytes);
      if (!content) throw new Failure(`has no ${path}`);
      await context.write([{ path: join(target, student, basename(path)), content, mode: privateMode }]);
      return `${content.length} bytes`;
    });
    out.line(`saved in ${target}`);
  },
});
