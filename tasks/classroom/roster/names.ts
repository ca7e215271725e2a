// Makes safe names for a student's namespace, host and folder.
import { createHash } from 'node:crypto';
import anyAscii from 'any-ascii';
import type { Student } from '../types.ts';

/** How students are named: after the name that the list shows, or by numbers that say nothing about them. */
export type NameStyle = 'readable' | 'seats';

const longest = 40;

/** Names that belong to the class itself, or that programs look up by themselves. */
const reserved = new Set(['admin', 'api', 'class', 'door', 'localhost', 'mail', 'teacher', 'wpad', 'www']);

/** Letters and digits that nobody mixes up, in lower case: Crockford base 32. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Letters that depend on a key alone. At most 32. */
function hashOf(key: string, length: number): string {
  const bytes = createHash('sha256').update(key).digest();
  return [...bytes.subarray(0, length)].map((byte) => alphabet[byte % 32]).join('');
}

/** A text as a DNS label; empty if no letter or digit is left. */
const slug = (text: string): string =>
  anyAscii(text.normalize('NFKC'))
    .toLowerCase()
    .replace(/['"`]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '');

const cut = (label: string, length: number): string => label.slice(0, length).replace(/-$/, '');

function baseOf({ shown, key }: Pick<Student, 'shown' | 'key'>): string {
  const label = slug(shown) || slug(key) || 'student';
  return cut(/^[a-z]/.test(label) ? label : `s-${label}`, longest);
}

const inOrderOfKeys = <T extends Pick<Student, 'key'>>(people: readonly T[]): T[] =>
  [...people].sort((a, b) => (a.key < b.key ? -1 : 1));

/**
 * Names by key for people who have none yet. `taken` are all names that were ever given. Depends on the keys, never on the
 * order of `people`; keys must differ.
 */
export function newNames(
  people: readonly Pick<Student, 'shown' | 'key'>[],
  taken: Iterable<string>,
  style: NameStyle,
): Map<string, string> {
  const used = new Set(taken);
  return style === 'seats' ? seatNames(inOrderOfKeys(people), used) : readableNames(inOrderOfKeys(people), used);
}

function seatNames(people: Pick<Student, 'key'>[], used: Set<string>): Map<string, string> {
  const numbers = [...used].map((name) => Number(/^seat-(\d+)$/.exec(name)?.[1] ?? 0));
  const last = numbers.reduce((most, number) => Math.max(most, number), 0);
  return new Map(people.map(({ key }, i) => [key, `seat-${String(last + i + 1).padStart(2, '0')}`]));
}

function readableNames(people: Pick<Student, 'shown' | 'key'>[], used: Set<string>): Map<string, string> {
  const wanted = people.map((person) => ({ key: person.key, base: baseOf(person) }));
  const count = new Map<string, number>();
  for (const { base } of wanted) count.set(base, (count.get(base) ?? 0) + 1);
  const isFree = (base: string) => count.get(base) === 1 && !used.has(base) && !reserved.has(base);
  const names = new Map(wanted.filter(({ base }) => isFree(base)).map(({ key, base }) => [key, base]));
  for (const name of names.values()) used.add(name);
  for (const { key, base } of wanted) {
    if (names.has(key)) continue;
    let length = 4;
    const name = () => `${cut(base, longest - 1 - length)}-${hashOf(key, length)}`;
    while (used.has(name()) && length < 32) length += 4;
    used.add(name());
    names.set(key, name());
  }
  return names;
}
