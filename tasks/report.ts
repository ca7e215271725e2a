// report: writes one archive for a bug report, without secrets.
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shown } from './core/exec.ts';
import { usageFailure } from './core/failure.ts';
import { ownPath } from './core/paths.ts';
import { checksOf } from './doctor/list.ts';
import { lookAtAll, type Seen } from './doctor/look.ts';
import { writeArchive } from './doctor/report/archive.ts';
import { reportContents } from './doctor/report/contents.ts';
import { verdict } from './doctor/show.ts';
import type { Task } from './steps/task.ts';

/** `firesteel-report-2026-11-28-093015.tar.gz`, in the current folder. */
const usualName = (now: Date): string =>
  `firesteel-report-${now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')}.tar.gz`;

/** The file that a word names; of a folder, the usual file in it. */
function fileAt(name: string | undefined, now: Date): string {
  const path = ownPath(name ?? usualName(now));
  return existsSync(path) && statSync(path).isDirectory() ? join(path, usualName(now)) : path;
}

/** The task, which begins now. */
export const reportAt = (now = new Date()): Task => ({
  cluster: 'optional',
  plan: ({ words: [name] }) => {
    if (name === '-')
      throw usageFailure('report -: expected a file or folder', 'name one, as in: firesteel report /tmp');
    const file = fileAt(name, now);
    let seen: Seen[] = [];
    let names: string[] = [];
    return {
      problems: [
        ...(existsSync(file) ? [`${file} exists: name another file, or remove it`] : []),
        ...(existsSync(dirname(file)) ? [] : [`${dirname(file)}: no such folder; create it, or name another`]),
      ],
      steps: [
        {
          title: 'Run the checks of doctor',
          observes: true,
          run: async (context) => {
            seen = await lookAtAll(checksOf(context.cluster), context, { probes: false });
          },
        },
        {
          title: 'Write the archive',
          run: async (context) => {
            const members = await reportContents(context, seen);
            names = members.map((member) => member.name);
            await context.change(`write ${file}`, () => writeArchive(members, file, context.signal));
          },
        },
      ],
      done: () => [
        `doctor: ${verdict(seen)}`,
        '',
        `${file} holds ${names.length} files, without tokens, keys, passwords and credentials.`,
        `Read it before you send it: tar -xzOf ${shown([file])} | less`,
      ],
      facts: () => ({ files: names }),
    };
  },
});
