// Marks missing lines of a log with a line in their place.
import type { Junction } from './sieve.ts';
import { shownStamp, stampOf } from './stamps.ts';

/** Why lines are not to be had. */
export type GapReason = 'deleted' | 'unreadable' | 'gone';

/** A container that writes its first line later than this after its start, in seconds, may have written others before. */
const firstLineSeconds = 2;

/** Whether a log that begins there is whole: its container wrote that line at once, or nobody knows when it started. */
export const isWholeBeginning = ({ after, before }: Junction, startedAt: number | undefined): boolean =>
  !after && (!before || startedAt === undefined || before.seconds - startedAt <= firstLineSeconds);

const reasons: Record<GapReason, [verb: string, why: string]> = {
  deleted: ['are missing', 'the node has deleted them'],
  unreadable: ['may be missing', 'the node started a new log file, and its older files cannot be read'],
  gone: ['may be missing', 'the pod was removed before its log was read to the end'],
};

/** `[firesteel: lines from … to … are missing: the node has deleted them]`, with its newline. */
export function gapLine({ after, before }: Junction, reason: GapReason): string {
  const [verb, why] = reasons[reason];
  const times = [
    ...(after ? [`after ${shownStamp(stampOf(after))}`] : []),
    ...(before ? [`before ${shownStamp(before)}`] : []),
  ].join(' and ');
  return `[firesteel: lines ${times} ${verb}: ${why}]\n`;
}
