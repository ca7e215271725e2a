// classroom open: forwards a student's notebook server to the teacher's machine, without the door.
import { usageFailure } from '../../core/failure.ts';
import { showLab } from '../../notebooks/server/show.ts';
import type { Context, Show } from '../../steps/types.ts';
import { linkOf } from '../handouts/page.ts';
import { qrText } from '../handouts/qr.ts';
import { nobodyNamed } from '../keys.ts';
import type { ClassRun } from '../run.ts';
import type { Seat } from '../types.ts';
import { notebookName } from './labels.ts';
import { profileOfSeat } from './objects.ts';

/** The seat of a student; usage Failure with the nearest name if there is none. */
export async function seatNamed(context: Context, run: ClassRun, student: string): Promise<Seat> {
  const seats = await run.seats(context);
  const found = seats.find((seat) => seat.student === student);
  if (found) return found;
  throw usageFailure(
    nobodyNamed(
      student,
      seats.map((seat) => seat.student),
    ),
  );
}

/** Shows the student's own link as a QR code, for one who has lost the page; then forwards until Ctrl-C. */
export async function openForTeacher(context: Context, run: ClassRun, student: string, show: Show): Promise<void> {
  const seat = await seatNamed(context, run, student);
  show.draw(`The personal link of ${student}:\n${qrText(linkOf({ seat }))}`);
  // A service worker that one student registers must not see the token of the next one's server.
  await showLab({ ...context, profile: profileOfSeat(context.profile, seat) }, notebookName, show, student);
}
