// Runs an action on the notebook server of each student, several at a time.
import { eachAtOnce } from '../../core/at-once.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { type LabLink, withLab } from '../../notebooks/server/link.ts';
import type { Context, Output } from '../../steps/types.ts';
import type { ClassRun } from '../run.ts';
import { notebookName } from '../seat/labels.ts';
import { profileOfSeat } from '../seat/objects.ts';
import { serverStates } from '../seat/start-seats.ts';

const atOnce = 8;

/** Students whose servers are paused are passed over and named; one student's failure stops nobody. */
export async function inEachLab(
  context: Context,
  run: ClassRun,
  out: Output,
  action: (link: LabLink, student: string) => Promise<string>,
): Promise<void> {
  const states = await serverStates(context);
  const seats = await run.seats(context);
  // What went wrong before is the reason that counts.
  const asked = seats.filter(({ student }) => !run.failures.has(student));
  let done = 0;
  await eachAtOnce(asked, atOnce, async (seat) => {
    const { student } = seat;
    const profile = profileOfSeat(context.profile, seat);
    try {
      if (states.get(student) !== 'ready')
        throw new Failure('the notebook server is not running', { hint: 'start it: firesteel classroom start' });
      const said = await withLab({ ...context, profile }, notebookName, (link) => action(link, student));
      if (said === undefined) throw new Failure('the notebook server does not answer');
      done += 1;
      out.line(`${done} of ${asked.length}: ${student}: ${said}`);
    } catch (error) {
      context.signal.throwIfAborted();
      run.failures.set(student, messageOf(error));
    }
  });
}
