// Checks of a class that look at its list and its last day.
import { keptClass, planClass } from '../../classroom/class.ts';
import { isOver, remainsOf } from '../../classroom/class-end.ts';
import { hasBalancer } from '../../classroom/door/entrance.ts';
import { isRunning, serverStates } from '../../classroom/seat/start-seats.ts';
import type { Profile } from '../../profile/schema.ts';
import { type Finding, notAvailable, ok } from '../../steps/check.ts';
import type { Context } from '../../steps/types.ts';

/** Students of the class list, and those who have a seat already. 0 without either. */
export async function classSize(profile: Profile): Promise<number> {
  const plan = await planClass(profile, { isPruned: false }).catch(() => keptClass(profile).catch(() => undefined));
  return plan?.after.students.length ?? 0;
}

/** Whether the end of the class is ahead, and what is left of a class whose end is not. */
export async function endFinding(context: Context, now = new Date()): Promise<Finding> {
  const { profile } = context;
  const { end } = profile.classroom;
  if (end === undefined) return notAvailable('classroom.end is not set');
  if (!isOver(profile, now)) return ok(`on ${end}`);
  const states = await serverStates(context).catch(() => new Map());
  const left = {
    servers: [...states.values()].filter(isRunning).length,
    hasBalancer: await hasBalancer(context).catch(() => false),
  };
  return {
    state: 'missing',
    seen: `the class ended on ${end}`,
    more: remainsOf(profile, left, now),
    remedies: [
      { text: 'set a later classroom.end, or remove the class with all its work: firesteel classroom destroy' },
    ],
  };
}
