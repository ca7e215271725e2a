// Lines about a class beside its seats: its end, the last test of isolation, full volumes, seats of nobody. Pure.
import { listed } from '../../core/screen/listed.ts';
import type { Profile } from '../../profile/schema.ts';
import { classEnd, isOver } from '../class-end.ts';

/** What was seen of a class. */
export interface ClassLook {
  /** Used parts of 1, by student. */
  volumes: ReadonlyMap<string, number>;
  /** Namespaces of seats whose student is not in the class. */
  ownerless: readonly string[];
  /** The line about the last test. */
  isolation: string;
}

/** Above this a volume is shown. */
const full = 0.8;
const mostShown = 10;

const dayAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });

function endLine(profile: Profile, now: Date): string {
  if (profile.classroom.end === undefined) return 'end: none in the profile';
  const end = dayAndTime.format(classEnd(profile));
  return isOver(profile, now) ? `end: the class ended on ${end}` : `end: ${end}`;
}

/** A line each. */
export function classNotices(profile: Profile, look: ClassLook, now = new Date()): string[] {
  const { volumes, ownerless, isolation } = look;
  const fullest = [...volumes]
    .filter(([, use]) => use > full)
    .sort(([, a], [, b]) => b - a)
    .map(([student, use]) => `${student} (${Math.floor(use * 100)} %)`);
  return [
    endLine(profile, now),
    isolation,
    ...(fullest.length > 0 ? [`volumes that are nearly full: ${listed(fullest, mostShown)}`] : []),
    ...(ownerless.length > 0
      ? [
          `seats that belong to no student of the class: ${listed(ownerless, mostShown)}`,
          'remove such a seat with its work: kubectl delete namespace NAME',
        ]
      : []),
  ];
}
