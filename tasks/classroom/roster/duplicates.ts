// Finds people who are in a list twice, and people whom the list does not distinguish.
import { keyText } from './identity.ts';
import type { Person } from './people.ts';
import { quoted, type RosterProblem } from './problems.ts';

/** Groups of two and more that have the same text; empty texts are nobody's. */
function shared(people: readonly Person[], text: (person: Person) => string): Person[][] {
  const groups = new Map<string, Person[]>();
  for (const person of people) {
    const key = text(person);
    if (key !== '') groups.set(key, [...(groups.get(key) ?? []), person]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

const isOne = (group: readonly Person[]): boolean => new Set(group.map(({ shown }) => keyText(shown))).size === 1;

/** A problem for each row of people with the same key, or the same name and address. `by` is the column of keys. */
export function duplicates(people: readonly Person[], by: string): RosterProblem[] {
  const sameKey = shared(people, ({ key }) => key);
  const known = new Set(sameKey.flat());
  const samePerson = shared(people, ({ email = '' }) => keyText(email)).filter(
    (group) => isOne(group) && !group.every((person) => known.has(person)),
  );
  const problems = [
    ...sameKey.map((group) => ({
      group,
      message:
        by === 'name'
          ? `the name ${quoted(group[0]?.shown ?? '')} is in the list more than once: delete a row, or add a column that identifies the people`
          : isOne(group)
            ? `the same person more than once: ${by} is ${quoted(group[0]?.key ?? '')}`
            : `people with the same ${by} ${quoted(group[0]?.key ?? '')}: ${group.map(({ shown }) => shown).join(', ')}`,
    })),
    ...samePerson.map((group) => ({
      group,
      message: `the same person more than once: ${group[0]?.shown}, ${group[0]?.email}`,
    })),
  ];
  return problems.flatMap(({ group, message }) => group.map(({ row }) => ({ row, message })));
}
