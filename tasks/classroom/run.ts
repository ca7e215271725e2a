// One action on a class, which is read once and shared by all steps.
import { Failure } from '../core/failure.ts';
import type { Profile } from '../profile/schema.ts';
import type { Context } from '../steps/types.ts';
import {
  type ClassPlan,
  classWith,
  keptClass,
  planClass,
  seatsOf,
  withNewKeysFor,
  withoutStudents,
  withTyped,
} from './class.ts';
import { doorEntrance } from './door/entrance.ts';
import type { Entrance } from './place.ts';
import type { Seat } from './types.ts';

/** Everything the steps of a class share. */
export interface ClassRun {
  plan(): Promise<ClassPlan>;
  /** Makes the plan anew if there is one. Failure if others leave the class by it: nobody has agreed to that. */
  readAgain(): Promise<void>;
  /** Where the door is, and the port of its first seat. */
  entrance(context: Context): Promise<Entrance>;
  /** Every seat of the plan, in the order of students' names. */
  seats(context: Context): Promise<Seat[]>;
  /** Students whose seats are not ready, with the reason. */
  failures: Map<string, string>;
}

/** Flags that say which class it is to be, and where. */
export interface RunFlags {
  /** `id=TITLE`: the column that identifies people. */
  column?: string | undefined;
  /** Students who are not in the list leave the class, with their work. */
  isPruned?: boolean;
  /** Address of this machine that students reach, in place of the profile's. */
  address?: string | undefined;
}

/** What an action deletes with a plan, a line each. Others leave seats alone, also those that are still to be removed. */
export const deletedSeats = (action: string, { leaving }: ClassPlan): string[] =>
  ['apply', 'remove'].includes(action) ? leaving.map(({ name }) => `the seat of ${name}, with all the work in it`) : [];

/** `words` are the action and what follows it. */
export function classRun(profile: Profile, words: readonly string[], flags: RunFlags): ClassRun {
  const [action = ''] = words;
  let plan: Promise<ClassPlan> | undefined;
  const run: ClassRun = {
    plan: () => (plan ??= planFor(profile, words, flags)),
    readAgain: async () => {
      if (!plan) return;
      const agreed = deletedSeats(action, await plan);
      plan = undefined;
      if (deletedSeats(action, await run.plan()).join() !== agreed.join())
        throw new Failure('another run has changed which students leave the class', {
          hint: 'run the same command again to list the students who leave',
        });
    },
    entrance: (context) => doorEntrance(context, flags.address ?? profile.classroom.door.address),
    seats: async (context) => seatsOf(profile, await run.plan(), await run.entrance(context)),
    failures: new Map(),
  };
  return run;
}

function planFor(
  profile: Profile,
  [action, word = '', ...words]: readonly string[],
  { column, isPruned = false }: RunFlags,
): Promise<ClassPlan> {
  if (action === 'plan' || action === 'apply') return planClass(profile, { path: word || undefined, column, isPruned });
  if (action === 'add') return withTyped(profile, [word, ...words]);
  if (action === 'remove') return withoutStudents(profile, [word, ...words]);
  if (action === 'rotate') return withNewKeysFor(profile, word);
  if (action === 'reset' || action === 'open') return classWith(profile, word);
  return keptClass(profile);
}
