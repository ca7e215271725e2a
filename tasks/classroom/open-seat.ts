// classroom open: a student's notebook server for the teacher, by a forward of this machine and not through the door.
import { showLab } from '../lab/show.ts';
import { usageFailure } from '../lib/failure.ts';
import { didYouMean } from '../lib/nearest.ts';
import type { Context, Show } from '../lib/types.ts';
import type { ClassRun } from './apply.ts';
import { seatsOf } from './class.ts';
import { notebookName } from './seat/labels.ts';
import { profileOfSeat } from './seat/objects.ts';
import type { Seat } from './types.ts';

/** The seat of a student; usage Failure with the nearest name if there is none. */
export async function seatNamed(context: Pick<Context, 'profile'>, run: ClassRun, student: string): Promise<Seat> {
  const seats = seatsOf(context.profile, await run.plan(), await run.address());
  const found = seats.find((seat) => seat.student === student);
  if (found) return found;
  const names = seats.map((seat) => seat.student);
  throw usageFailure(`no student is named ${JSON.stringify(student)}${didYouMean(student, names)}`);
}

/** Forwards until Ctrl-C. */
export async function openForTeacher(context: Context, run: ClassRun, student: string, show: Show): Promise<void> {
  const seat = await seatNamed(context, run, student);
  await showLab({ ...context, profile: profileOfSeat(context.profile, seat) }, notebookName, show);
}
