// classroom open: a student's notebook server for the teacher, by a forward of this machine and not through the door.
import { showLab } from '../lab/show.ts';
import { usageFailure } from '../lib/failure.ts';
import type { Context, Show } from '../lib/types.ts';
import type { ClassRun } from './apply.ts';
import { nobodyNamed } from './keys.ts';
import { notebookName } from './seat/labels.ts';
import { profileOfSeat } from './seat/objects.ts';
import type { Seat } from './types.ts';

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

/** Forwards until Ctrl-C. */
export async function openForTeacher(context: Context, run: ClassRun, student: string, show: Show): Promise<void> {
  const seat = await seatNamed(context, run, student);
  await showLab({ ...context, profile: profileOfSeat(context.profile, seat) }, notebookName, show);
}
