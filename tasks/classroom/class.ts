// Reads a class from its folder and its list: students, keys and seats. Writes nothing.
import { isIPv6 } from 'node:net';
import { type Failure, usageFailure } from '../core/failure.ts';
import { nearest } from '../core/nearest.ts';
import { shownClass, usualClass } from '../profile/blocks/classroom.ts';
import type { Profile } from '../profile/schema.ts';
import { type ClassRecord, classNames, type FormerStudent, leaver, leaversOf, readKeys, readRecord } from './folder.ts';
import { type Keys, nobodyNamed, rotateKeys, withNewKeys, withoutKeys } from './keys.ts';
import type { Entrance } from './place.ts';
import { planRoster, type RosterPlan, recordAfter } from './roster/plan.ts';
import { type Roster, readRoster, readTyped } from './roster/read.ts';
import { seatNamespace } from './seat/labels.ts';
import type { Seat } from './types.ts';

/** Where the class list is, and how it is read. */
export interface ListChoice {
  /** Path of the list; the profile's if left out. Without either, the class is as it was. */
  path?: string | undefined;
  /** As `id=TITLE`; the profile's column if left out. */
  column?: string | undefined;
  /** Students who are no longer in the list leave the class. */
  isPruned: boolean;
}

export interface ClassPlan {
  /** As the folder of the class has it now; undefined for a new class. */
  before: ClassRecord | undefined;
  after: ClassRecord;
  keys: Keys;
  /** What the list says, where one was read. */
  list?: { roster: Roster; plan: RosterPlan };
  /** Those whose seats are to be removed; without `isPruned` only those whom an interrupted command has left. */
  leaving: FormerStudent[];
}

const hint = 'name a list: firesteel classroom apply roster.csv';

/** The failure for a class that this machine does not know; undefined if it knows none at all. */
export async function unknownClass(name: string): Promise<Failure | undefined> {
  const known = await classNames();
  if (known.length === 0 || known.includes(name)) return undefined;
  const isNamed = name !== usualClass;
  const choice = (isNamed && nearest(name, known)) || known[0];
  return usageFailure(
    `${isNamed ? `class ${name} has no students` : 'no class is named'}; classes on this machine: ${known.join(', ')}`,
    `name the class in the profile, or in the command: --set classroom.name=${choice}`,
  );
}

/** Throws where a second class would be made only because the first is not named. */
async function verifyNamed(name: string): Promise<void> {
  const failure = name === usualClass ? await unknownClass(name) : undefined;
  if (failure) throw failure;
}

/** Reads folder and list. Throws one usage Failure for all that is wrong with the list, or without any list. */
export async function planClass({ classroom }: Profile, choice: ListChoice): Promise<ClassPlan> {
  const [before, keys] = await Promise.all([readRecord(classroom.name), readKeys(classroom.name)]);
  const path = choice.path ?? classroom.roster;
  if (!before) await verifyNamed(classroom.name);
  if (path === undefined) {
    if (!before)
      throw (
        (await unknownClass(classroom.name)) ??
        usageFailure(`${shownClass(classroom.name)} has no students and no class list`, hint)
      );
    return { before, after: before, keys: withNewKeys(before.students, keys), leaving: leaversOf(before) };
  }
  const column = choice.column ?? (classroom.column && `id=${classroom.column}`);
  const roster = await readRoster(path, column ? [column] : []);
  const plan = planRoster(before, roster, classroom.names);
  const after = recordAfter(before, plan, roster.by, choice.isPruned);
  const leaving = leaversOf(after);
  const left = withoutKeys(
    keys,
    leaving.map(({ name }) => name),
  );
  return { before, after, keys: withNewKeys(after.students, left), list: { roster, plan }, leaving };
}

/** The class of a folder; usage Failure if there is none. */
export async function keptClass(profile: Profile): Promise<ClassPlan> {
  const name = profile.classroom.name;
  const plan = await planClass(
    { ...profile, classroom: { ...profile.classroom, roster: undefined } },
    { isPruned: false },
  );
  if (plan.after.students.length === 0 && plan.leaving.length === 0)
    throw usageFailure(`${shownClass(name)} has no students`, hint);
  return plan;
}

/** An address as browsers send it: of IPv6 in its shortest form. */
const browserHost = (address: string): string =>
  isIPv6(address) && URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname : address;

/** Every seat, in the order of students' names. */
export function seatsOf(
  { classroom: { name, door } }: Profile,
  { after, keys }: ClassPlan,
  { address, port: first }: Entrance,
): Seat[] {
  return after.students.flatMap(({ name: student }) => {
    const own = keys.get(student);
    if (!own) return [];
    const { number, ...secrets } = own;
    const port = first + (door.domain ? 0 : number);
    const host = door.domain ? `${student}.${door.domain}` : browserHost(address);
    return [
      { student, namespace: seatNamespace(name, student), host: port === 443 ? host : `${host}:${port}`, ...secrets },
    ];
  });
}

/** The class with students who are typed by name or address, a line each. */
export async function withTyped(profile: Profile, people: readonly string[]): Promise<ClassPlan> {
  const { name, names } = profile.classroom;
  const [before, keys] = await Promise.all([readRecord(name), readKeys(name)]);
  if (!before) await verifyNamed(name);
  const roster = await readTyped(people.join('\n'), 'add');
  const plan = planRoster(before, roster, names, false);
  const after = recordAfter(before, plan, before?.by ?? roster.by, false);
  // The others are no fewer for not being named.
  const list = { roster, plan: { ...plan, diff: { ...plan.diff, gone: [] } } };
  return { before, after, keys: withNewKeys(after.students, keys), list, leaving: [] };
}

/** The class as kept; usage Failure unless a student of it has this name. */
export async function classWith(profile: Profile, student: string): Promise<ClassPlan> {
  const plan = await keptClass(profile);
  const names = plan.after.students.map(({ name }) => name);
  if (!names.includes(student)) throw usageFailure(nobodyNamed(student, names));
  return plan;
}

/** The class without these students; usage Failure for a name that nobody has. Who has left with a seat may be named again. */
export async function withoutStudents(profile: Profile, names: readonly string[]): Promise<ClassPlan> {
  const plan = await keptClass(profile);
  const { students, former, by } = plan.after;
  const all = [...students, ...plan.leaving].map((student) => student.name);
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw usageFailure(unknown.map((name) => nobodyNamed(name, all)).join('\n'));
  const gone = students.filter(({ name }) => names.includes(name));
  const after = {
    by,
    students: students.filter((student) => !gone.includes(student)),
    former: [...former, ...gone.map(leaver)],
  };
  return { before: plan.before, after, keys: withoutKeys(plan.keys, names), leaving: leaversOf(after) };
}

/** The class with new keys for one student: code, cookie and token of before open nothing any more. */
export async function withNewKeysFor(profile: Profile, student: string): Promise<ClassPlan> {
  const plan = await keptClass(profile);
  return { ...plan, keys: rotateKeys(plan.keys, student), leaving: [] };
}
