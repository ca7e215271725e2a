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

const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, '');

type Keyed = Pick<Student, 'key' | 'shown' | 'login' | 'email' | 'id'> & Pick<Person, 'shortKey'>;

/** What a person is known again by: the key, then what else is left on both sides and is nobody else's. */
const marks: ((one: Keyed) => string)[] = [
  ({ key }) => key,
  ({ key }) => matchable(key),
  ({ key, shortKey }) => shortKey ?? key,
  // Word writes other apostrophes and dashes into names than a keyboard.
  ({ key, shown, shortKey }) => (isFullName({ key, shown }) ? lettersOf(shortKey ?? key) : ''),
  ({ login }) => matchable(login),
  ({ email }) => matchable(email),
  ({ id }) => matchable(id),
];

/** The student that each person is; nothing for people who are new. */
export function knownStudents(people: readonly Person[], students: readonly Student[]): Map<Person, Student> {
  const found = new Map<Person, Student>();
  for (const mark of marks) {
    const taken = new Set(found.values());
    const free = byText(
      students.filter((student) => !taken.has(student)),
      mark,
    );
    const open = people.filter((person) => !found.has(person));
    for (const [text, [person, another]] of byText(open, mark)) {
      const [student, other] = free.get(text) ?? [];
      if (person && student && !another && !other && !areTwo(person, student)) found.set(person, student);
    }
  }
  return found;
}

/** Whether people with one key are two: it is the local part of two addresses, and their names differ, too. */
const areTwo = (person: Person, student: Student): boolean =>
  isLocalPart(person) &&
  isLocalPart(student) &&
  keyText(person.email ?? '') !== keyText(student.email ?? '') &&
  keyText(person.shown) !== keyText(student.shown);

const isLocalPart = ({ key, email = '', login }: Keyed): boolean =>
  keyText(email).startsWith(`${key}@`) && keyText(login ?? '') !== key;
