// The step that writes the hand-outs of a class into a folder.
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SingleStep } from '../../steps/types.ts';
import { classEnd } from '../class-end.ts';
import { doorCertificate } from '../door/steps.ts';
import { classPath } from '../folder.ts';
import type { ClassRun } from '../run.ts';
import { handoutFiles, staleHandouts } from './files.ts';
import type { HandoutClass } from './page.ts';

const dayAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });

/** Where hand-outs go: the folder that is named, else one in the folder of the class. */
const handoutFolder = (className: string, given: string | undefined): string =>
  given === undefined ? classPath(className, 'handouts') : resolve(given);

/** A page for each student, all pages in one file, and the table for mail programs. */
export const writeHandouts = (run: ClassRun, given: string | undefined): SingleStep => ({
  title: 'Write the hand-outs',
  run: async (context, out) => {
    const { profile, write, change } = context;
    const { classroom } = profile;
    const folder = handoutFolder(classroom.name, given);
    const plan = await run.plan();
    const seats = await run.seats(context);
    const certificate = await doorCertificate(
      context,
      seats.map(({ host }) => host),
    );
    const about: HandoutClass = {
      title: classroom.name,
      ...(classroom.end ? { end: dayAndTime.format(classEnd(profile)) } : {}),
      ...(certificate.authority ? { fingerprint: certificate.fingerprint } : {}),
    };
    const students = new Map(plan.after.students.map((student) => [student.name, student]));
    const handouts = seats.flatMap((seat) => {
      const student = students.get(seat.student);
      return student ? [{ student, seat }] : [];
    });
    await write(handoutFiles(folder, about, handouts));
    for (const file of await staleHandouts(folder, about, plan.after.students))
      await change(`remove ${file}`, () => rm(file));
    out.line(`${handouts.length} pages in ${folder}`);
  },
});
