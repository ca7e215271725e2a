// The end of a class, which seats, certificates and tokens share.
import { existsSync, readFileSync } from 'node:fs';
import type { FileContent } from '../core/types.ts';
import { parseMoment } from '../profile/blocks/classroom.ts';
import type { Profile } from '../profile/schema.ts';
import { classPath, privateMode } from './folder.ts';

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

const day = 86_400_000;
/** An end that nobody gave moves on when fewer days are left. */
const leastDays = 30;

const endPath = (className: string): string => classPath(className, 'end');

/** The end that was kept when the class was first made; undefined without one, and once it has passed. */
function keptEnd(className: string, now: Date): Date | undefined {
  const path = endPath(className);
  const end = existsSync(path) ? parseMoment(readFileSync(path, 'utf8').trim()) : undefined;
  return end && end > now ? end : undefined;
}

/** When the class ends; without a date, half a year from the day on which its seats were first made. */
export function classEnd({ classroom }: Profile, now = new Date()): Date {
  const given = classroom.end ? parseMoment(classroom.end) : undefined;
  return given ?? keptEnd(classroom.name, now) ?? usualEnd(now);
}

const usualEnd = (now: Date): Date => new Date(Math.ceil(now.getTime() / day + usualDays) * day);

/** The file that keeps an end which nobody gave: with another end each day, certificate and cookies would change. */
export function endFiles({ classroom: { end, name } }: Profile, now = new Date()): FileContent[] {
  const kept = keptEnd(name, now);
  if (end !== undefined || (kept && kept.getTime() - now.getTime() >= leastDays * day)) return [];
  // As `parseMoment` reads it.
  const content = `${usualEnd(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')}\n`;
  return [{ path: endPath(name), content, mode: privateMode }];
}
