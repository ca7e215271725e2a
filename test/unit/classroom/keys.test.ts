// Codes, cookies and tokens of students: drawn once, kept, and drawn again for one alone.
import { expect, test } from 'vitest';
import { rotateKeys, withNewKeys, withoutKeys } from '../../../tasks/classroom/keys.ts';

const class3 = [{ name: 'ada' }, { name: 'grace' }, { name: 'constructor' }];

test('each student gets a code that can be read aloud, a cookie and a token', () => {
  const keys = withNewKeys(class3);
  expect([...keys.keys()]).toEqual(['ada', 'grace', 'constructor']);
  for (const { code, cookie, token } of keys.values()) {
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(cookie).toMatch(/^[0-9a-f]{32}$/);
    expect(token).toMatch(/^[0-9a-f]{48}$/);
  }
});

test('no two of 10,000 students get the same code, and every letter comes up about as often', () => {
  const keys = withNewKeys(Array.from({ length: 10_000 }, (_, i) => ({ name: `s${i}` })));
  const codes = [...keys.values()].map(({ code }) => code);
  expect(new Set(codes).size).toBe(10_000);
  const counts = new Map<string, number>();
  for (const letter of codes.join('').replaceAll('-', '')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(32);
  // 3,750 each on average: seven standard deviations are 420.
  expect([...counts.values()].filter((count) => Math.abs(count - 3750) > 420)).toEqual([]);
});

test('students keep their keys when others join', () => {
  const keys = withNewKeys(class3);
  const more = withNewKeys([...class3, { name: 'mary' }], keys);
  expect([...more].slice(0, 3)).toEqual([...keys]);
  expect(more.has('mary')).toBe(true);
  expect(withNewKeys(class3, more)).toBe(more);
});

test('a rotation draws all three keys of one student again, and leaves the others alone', () => {
  const keys = withNewKeys(class3);
  const [before, after] = [keys, rotateKeys(keys, 'grace')].map((all) => all.get('grace'));
  expect([after?.code, after?.cookie, after?.token]).not.toEqual(expect.arrayContaining([before?.code]));
  expect(after?.cookie).not.toBe(before?.cookie);
  expect(after?.token).not.toBe(before?.token);
  expect(withoutKeys(rotateKeys(keys, 'grace'), ['grace'])).toEqual(withoutKeys(keys, ['grace']));
});

test('a rotation for someone who is not in the class is refused with the name that was meant', () =>
  expect(() => rotateKeys(withNewKeys(class3), 'grcae')).toThrow('no student is named "grcae"; did you mean "grace"?'));
