// The end of a class, which seats, certificates and tokens share.
import { parseMoment } from '../profile/blocks/classroom.ts';
import type { Profile } from '../profile/schema.ts';

/** Without an end date a class lasts a semester. */
const usualDays = 180;

/** What is wrong with an end that has passed: a line, or none. */
export const endProblems = ({ classroom: { end } }: Profile, now = new Date()): string[] =>
  end !== undefined && (parseMoment(end) ?? now) < now
    ? [`classroom.end: the class has ended on ${end}; set a later date and time`]
    : [];

/** When the class ends; without a date, half a year from the day on which this is asked. */
export function classEnd({ classroom }: Profile, now = new Date()): Date {
  const given = classroom.end ? parseMoment(classroom.end) : undefined;
  return given ?? new Date(Math.ceil(now.getTime() / 86_400_000 + usualDays) * 86_400_000);
}
