// The keys of students: generated once, kept, and replaced for one student on request.
import { randomBytes } from 'node:crypto';
import { usageFailure } from '../core/failure.ts';
import { didYouMean } from '../core/nearest.ts';
import type { SeatKeys } from './types.ts';

/** Keys by the safe names of students. */
export type Keys = ReadonlyMap<string, SeatKeys>;

/** Crockford's base 32: no I, L, O and U, which are read as other letters. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function drawCode(): string {
  const letters = [...randomBytes(12)].map((byte) => alphabet[byte % 32]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** In the order in which keys.json is read: else the next command would write the same keys in another order. */
const draw = (number: number): SeatKeys => ({
  code: drawCode(),
  cookie: randomBytes(16).toString('hex'),
  token: randomBytes(24).toString('hex'),
  number,
});

/** The keys there are, and new ones for students who have none. */
export function withNewKeys(students: readonly { name: string }[], keys: Keys = new Map()): Keys {
  const missing = students.filter(({ name }) => !keys.has(name));
  if (missing.length === 0) return keys;
  const taken = new Set([...keys.values()].map(({ number }) => number));
  const free = Array.from({ length: keys.size + missing.length }, (_, number) => number).filter((n) => !taken.has(n));
  return new Map([...keys, ...missing.map(({ name }, i) => [name, draw(free[i] ?? 0)] as const)]);
}

/** That no student has a name, with the nearest one that some student has. */
export const nobodyNamed = (name: string, all: readonly string[]): string =>
  `no student is named ${JSON.stringify(name)}${didYouMean(name, all)}`;

/** The same keys, but new ones for one student: the old code, cookie and token open nothing any more. */
export function rotateKeys(keys: Keys, student: string): Keys {
  if (!keys.has(student)) throw usageFailure(nobodyNamed(student, [...keys.keys()]));
  return new Map([...keys].map(([name, old]) => [name, name === student ? draw(old.number) : old]));
}

/** The keys without those of students who are gone for good. */
export const withoutKeys = (keys: Keys, students: readonly string[]): Keys =>
  new Map([...keys].filter(([name]) => !students.includes(name)));
