// Looks at what the notebook servers of a class do: their kernels, and when a student last did something.
import { eachAtOnce } from '../../core/at-once.ts';
import { type LabActivity, withLab } from '../../notebooks/server/link.ts';
import type { Context } from '../../steps/types.ts';
import { notebookName, seatNamespace } from '../seat/labels.ts';

const atOnce = 8;
/** For the whole class: who waits for a status wants it now. What is not seen by then stays unknown. */
const lookMs = 10_000;

/** By student, of those whose server answers in time. */
export async function labActivities(context: Context, students: readonly string[]): Promise<Map<string, LabActivity>> {
  const found = new Map<string, LabActivity>();
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(lookMs)]);
  await eachAtOnce(students, atOnce, async (student) => {
    if (signal.aborted) return;
    const profile = { ...context.profile, namespace: seatNamespace(context.profile.classroom.name, student) };
    const seen = await withLab({ kube: context.kube, profile, signal }, notebookName, (link) => link.activity()).catch(
      () => undefined,
    );
    if (seen) found.set(student, seen);
  });
  context.signal.throwIfAborted();
  return found;
}
