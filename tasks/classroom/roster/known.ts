// Recognizes people of a list as students of a class, also by another column than before.
import type { Student } from '../types.ts';
import { keyText } from './identity.ts';
import type { Person } from './people.ts';

/** Number keys lose their leading zeros in spreadsheets, and are the same number all the same. */
const matchable = (text: string | undefined): string => keyText(text ?? '').replace(/^0+(?=\d+$)/, '');

const byText = <T>(all: readonly T[], textOf: (one: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const text = textOf(one);
    if (text) groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  return groups;
};

/** A login has no blank, and one more dot makes it that of another person. */
const isFullName = ({ key, shown }: Pick<Student, 'key' | 'shown'>): boolean =>
  key.includes(' ') && key === keyText(shown);

/** Letters without accents. Other scripts write vowels as marks, which stay. */
const lettersOf = (text: string): string => text.normalize('NFKD').replace(/[\u0300-\u036f]|[^\p{L}\p{M}\p{N}]+/gu, '');

type Keyed = Pick<Student, 'key' | 'shown' | 'login' | 'email' | 'id'> & Pick<Person, 'shortKey'>;

type Mark = (one: Keyed) => string;

/** What a person is known again by: the key, then what else is left on both sides and is nobody else's. */
const marks: (Mark | { ofStudent: Mark; ofPerson: Mark })[] = [
  ({ key }) => key,
  ({ key }) => matchable(key),
  ({ key, shortKey }) => shortKey ?? key,
  // Word writes other apostrophes and dashes into names than a keyboard, and some programs lose accents.
  ({ key, shown, shortKey }) => (isFullName({ key, shown }) ? lettersOf(shortKey ?? key) : ''),
  ({ login }) => matchable(login),
  ({ email }) => matchable(email),
  ({ id }) => matchable(id),
  // A list of names alone, and then one with logins.
  { ofStudent: (one) => (isFullName(one) ? one.key : ''), ofPerson: ({ shown }) => keyText(shown) },
];

/** The student that each person is; nothing for people who are new. */
export function knownStudents(people: readonly Person[], students: readonly Student[]): Map<Person, Student> {
  const found = new Map<Person, Student>();
  const domains = new Set(people.map(domainOf));
  for (const mark of marks) {
    const { ofStudent, ofPerson } = typeof mark === 'function' ? { ofStudent: mark, ofPerson: mark } : mark;
    const taken = new Set(found.values());
    const free = byText(
      students.filter((student) => !taken.has(student)),
      ofStudent,
    );
    const open = people.filter((person) => !found.has(person));
    for (const [text, [person, another]] of byText(open, ofPerson)) {
      const [student, other] = free.get(text) ?? [];
      if (person && student && !another && !other && !areTwo(person, student, domains)) found.set(person, student);
    }
  }
  return found;
}

const domainOf = ({ email = '' }: Pick<Student, 'email'>): string => keyText(email).replace(/^.*@/, '');

/** Whether a list has names for neither, and addresses of another domain for everybody. */
const hasMoved = (person: Person, student: Student, domains: ReadonlySet<string>): boolean =>
  !person.isNamed && student.shown === student.email && !domains.has(domainOf(student));

/** Whether people with one key are two: it is the local part of two addresses, and their names differ, too. */
const areTwo = (person: Person, student: Student, domains: ReadonlySet<string>): boolean =>
  !hasMoved(person, student, domains) &&
  isLocalPart(person) &&
  isLocalPart(student) &&
  keyText(person.email ?? '') !== keyText(student.email ?? '') &&
  keyText(person.shown) !== keyText(student.shown);

const isLocalPart = ({ key, email = '', login }: Keyed): boolean =>
  keyText(email).startsWith(`${key}@`) && keyText(login ?? '') !== key;
