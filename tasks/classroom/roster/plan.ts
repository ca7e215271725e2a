// Compares a list with a class: who is new, gone, renamed or moved. Writes nothing.
import { usageFailure } from '../../core/failure.ts';
import { type ClassRecord, leaver } from '../folder.ts';
import type { Student } from '../types.ts';
import { keyText } from './identity.ts';
import { knownStudents } from './known.ts';
import { type NameStyle, newNames } from './names.ts';
import type { Person } from './people.ts';
import { counted, listed, quoted } from './problems.ts';
import type { Roster } from './read.ts';

/** A student and what one thing about them was before. */
export interface StudentChange {
  student: Student;
  from: string | undefined;
}

/** How a list differs from a class. */
export interface RosterDiff {
  added: Student[];
  gone: Student[];
  renamed: StudentChange[];
  moved: StudentChange[];
  unchanged: number;
}

export interface RosterPlan {
  /** The students of the list, in its order, with their safe names. */
  students: Student[];
  diff: RosterDiff;
}

const kept = ['email', 'login', 'id', 'group'] as const;

/** A person of the list with a safe name. What the list has no column for stays what it was. */
function studentOf(
  person: Person,
  name: string,
  old: Student | undefined,
  without: readonly (typeof kept)[number][],
): Student {
  const { row: _row, isNamed, shortKey: _shortKey, ...rest } = person;
  const student: Student = { name, ...rest };
  if (!old) return student;
  if (!isNamed) student.shown = old.shown;
  for (const field of without) if (old[field] !== undefined) student[field] = old[field];
  return student;
}

/** Names everybody of a list and compares it with the class there is, if there is one. `isWhole` unless people only join. */
export function planRoster(
  record: ClassRecord | undefined,
  roster: Roster,
  style: NameStyle,
  isWhole = true,
): RosterPlan {
  const before = record?.students ?? [];
  const known = knownStudents(roster.people, before);
  if (isWhole) verifySameClass(record, roster, known.size);
  const here = new Set(known.values());
  const gone = before.filter((student) => !here.has(student));
  const people = withOwnKeys(roster.people, known, gone);
  const former = new Map(record?.former.map(({ key, name }) => [key, name]));
  const unnamed = people.filter((person) => !known.has(person) && !former.has(person.key));
  const names = newNames(
    unnamed,
    [...before, ...(record?.former ?? [])].map(({ name }) => name),
    style,
  );
  const without = kept.filter((field) => roster.people.every((person) => person[field] === undefined));
  const students = people.map((person) => {
    const old = known.get(person);
    const name = old?.name ?? former.get(person.key) ?? names.get(person.key) ?? '';
    return studentOf(person, name, old, without);
  });
  const pairs = people.map((person, i) => ({ student: students[i], old: known.get(person) }));
  const diff: RosterDiff = { added: [], gone, renamed: [], moved: [], unchanged: 0 };
  for (const { student, old } of pairs) {
    if (!student) continue;
    if (!old) diff.added.push(student);
    else if (old.shown === student.shown && old.group === student.group) diff.unchanged++;
    if (old && old.shown !== student.shown) diff.renamed.push({ student, from: old.shown });
    if (old && old.group !== student.group) diff.moved.push({ student, from: old.group });
  }
  verifyOwnSeats(diff, roster.by);
  return { students, diff };
}

/** People whose key a student has who is gone: the whole address tells the two apart. */
const withOwnKeys = (
  people: readonly Person[],
  known: ReadonlyMap<Person, Student>,
  gone: readonly Student[],
): Person[] => {
  const taken = new Set(gone.map(({ key }) => key));
  return people.map((person) =>
    person.email && !known.has(person) && taken.has(person.key) ? { ...person, key: keyText(person.email) } : person,
  );
};

const shownIdentity = ({ column, field }: ClassRecord['by']): string => (column ? `\`${column}\`` : field);

/** Refuses a list whose ids have moved to other people, as numbers do that count the rows. */
function verifyOwnSeats({ added, renamed }: RosterDiff, by: ClassRecord['by']): void {
  const nameOf = ({ shown }: Student): string => keyText(shown);
  const taking = [...renamed.map(({ student }) => student), ...(by.field === 'id' ? added : [])];
  const names = new Set(taking.map(nameOf));
  const handed = renamed.filter(
    ({ student, from = '' }) => keyText(from) !== nameOf(student) && names.has(keyText(from)),
  );
  if (handed.length === 0) return;
  const some = handed.slice(0, 3).map(({ student, from }) => `${student.shown} that of ${from}`);
  throw usageFailure(
    `by ${shownIdentity(by)}, the list gives ${counted(handed.length, 'student')} the seat of another: ${listed(some)}`,
    'choose a column that stays with each person: --column id=TITLE',
  );
}

/** A class of three and more that shares nobody with the list is identified by another column, or is another class. */
function verifySameClass(record: ClassRecord | undefined, { people, by }: Roster, shared: number): void {
  if (!record || shared > 0 || record.students.length < 3 || people.length === 0) return;
  const flag = record.by.column ? quoted(`id=${record.by.column}`) : 'id=TITLE';
  throw usageFailure(
    `the list has no student of the class: the class identifies ${counted(record.students.length, 'student')} by ${shownIdentity(record.by)}, the list ${counted(people.length, 'student')} by ${shownIdentity(by)}`,
    `choose the column that identified the students until now: --column ${flag}; or set another classroom.name`,
  );
}

/**
 * The class once a plan is carried out. Students who are gone stay in it, unless they are pruned: then their names are kept
 * for them alone.
 */
export function recordAfter(
  record: ClassRecord | undefined,
  { students, diff }: RosterPlan,
  by: ClassRecord['by'],
  isPruned: boolean,
): ClassRecord {
  const names = new Set(students.map(({ name }) => name));
  const former = (record?.former ?? []).filter(({ name }) => !names.has(name));
  const all = isPruned ? students : [...students, ...diff.gone];
  return {
    by,
    // In an order that the list's has no part in: a list that is sorted otherwise changes nothing.
    students: [...all].sort((a, b) => (a.name < b.name ? -1 : 1)),
    former: isPruned ? [...former, ...diff.gone.map(leaver)] : former,
  };
}

const mostShown = 20;

/** The difference for people: counts, then a line for each student who differs. */
export function diffLines({ added, gone, renamed, moved, unchanged }: RosterDiff): string[] {
  const was = (text: string | undefined) => (text === undefined ? 'none' : text);
  const parts = [
    added.map(({ name, shown }) => `+ ${name}  ${shown}`),
    gone.map(({ name, shown }) => `- ${name}  ${shown}`),
    renamed.map(({ student, from }) => `~ ${student.name}  ${was(from)} is now ${student.shown}`),
    moved.map(({ student, from }) => `> ${student.name}  from ${was(from)} to ${was(student.group)}`),
  ];
  return [
    `${added.length} new, ${gone.length} gone, ${renamed.length} renamed, ${moved.length} moved to another group, ${unchanged} unchanged`,
    ...parts.flatMap((part) => [
      ...part.slice(0, mostShown),
      ...(part.length > mostShown ? [`  and ${part.length - mostShown} more`] : []),
    ]),
  ];
}
