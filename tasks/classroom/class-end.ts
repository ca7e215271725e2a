// The end of a class, which seats, certificates and tokens share.
import { parseMoment } from '../profile/blocks/classroom.ts';
import type { Profile } from '../profile/schema.ts';

/** Without an end date a class lasts a semester. */
const usualDays = 180;

/** Whether the class has an end that has passed. */
export const isOver = ({ classroom: { end } }: Profile, now = new Date()): boolean =>
  end !== undefined && (parseMoment(end) ?? now) < now;

/** What is wrong with an end that has passed: a line, or none. */
export const endProblems = (profile: Profile, now = new Date()): string[] =>
  isOver(profile, now) ? [`classroom.end: the class ended on ${profile.classroom.end}; set a later date and time`] : [];

/** What of a class that is over still takes or costs something, each with what ends it: lines, or none. */
export function remainsOf(
  profile: Profile,
  { servers, hasBalancer }: { servers: number; hasBalancer: boolean },
  now = new Date(),
): string[] {
  if (!isOver(profile, now)) return [];
  const { end } = profile.classroom;
  return [
    ...(servers > 0
      ? [`the class ended on ${end}, and ${servers} notebook servers still run: firesteel classroom pause`]
      : []),
    ...(hasBalancer
      ? [`the class ended on ${end}, and its load balancer still costs money: firesteel classroom destroy`]
      : []),
  ];
}

/** When the class ends; without a date, half a year from the day on which this is asked. */
export function classEnd({ classroom }: Profile, now = new Date()): Date {
  const given = classroom.end ? parseMoment(classroom.end) : undefined;
  return given ?? new Date(Math.ceil(now.getTime() / 86_400_000 + usualDays) * 86_400_000);
}
