// Compares a list with a class: who is new, gone, renamed or moved. Writes nothing.
import { usageFailure } from '../../core/failure.ts';
import { type ClassRecord, leaver } from '../folder.ts';
import type { Student } from '../types.ts';
import { knownStudents } from './known.ts';
import { type NameStyle, newNames } from './names.ts';
import type { Person } from './people.ts';
import { counted } from './problems.ts';
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

/** Names everybody of a list and compares it with the class there is, if there is one. */
export function planRoster(record: ClassRecord | undefined, roster: Roster, style: NameStyle): RosterPlan {
  const before = record?.students ?? [];
  const known = knownStudents(roster.people, before);
  verifySameClass(record, roster, known.size);
  const former = new Map(record?.former.map(({ key, name }) => [key, name]));
  const unnamed = roster.people.filter((person) => !known.has(person) && !former.has(person.key));
  const names = newNames(
    unnamed,
    [...before, ...(record?.former ?? [])].map(({ name }) => name),
    style,
  );
  const without = kept.filter((field) => roster.people.every((person) => person[field] === undefined));
  const students = roster.people.map((person) => {
    const old = known.get(person);
    const name = old?.name ?? former.get(person.key) ?? names.get(person.key) ?? '';
    return studentOf(person, name, old, without);
  });
  const pairs = roster.people.map((person, i) => ({ student: students[i], old: known.get(person) }));
  const diff: RosterDiff = { added: [], gone: [], renamed: [], moved: [], unchanged: 0 };
  for (const { student, old } of pairs) {
    if (!student) continue;
    if (!old) diff.added.push(student);
    else if (old.shown === student.shown && old.group === student.group) diff.unchanged++;
    if (old && old.shown !== student.shown) diff.renamed.push({ student, from: old.shown });
    if (old && old.group !== student.group) diff.moved.push({ student, from: old.group });
  }
  const here = new Set(known.values());
  diff.gone = before.filter((student) => !here.has(student));
  return { students, diff };
}

/** A class of three and more that shares nobody with the list is identified by another column, or is another class. */
function verifySameClass(record: ClassRecord | undefined, { people, by }: Roster, shared: number): void {
  if (!record || shared > 0 || record.students.length < 3 || people.length === 0) return;
  const shown = ({ column, field }: ClassRecord['by']) => (column ? `\`${column}\`` : field);
  throw usageFailure(
    `the list has no student of the class: the class identifies ${counted(record.students.length, 'student')} by ${shown(record.by)}, the list ${counted(people.length, 'student')} by ${shown(by)}`,
    'choose the column that identified the students until now: --column id=TITLE; or set another classroom.name',
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
