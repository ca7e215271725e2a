// Questions on a terminal that can redraw lines.
import { expect, test } from 'vitest';
import { explained } from '../../../scripts/cli/prompts/live.ts';

test('what is wrong with a text stands behind it while it is typed, and after Enter only below it', async () => {
  const { transformer, validate } = explained({ problem: (text) => (text.includes(' ') ? 'no blanks' : undefined) });
  const typed = (text: string) => transformer(text, { isFinal: false });
  expect(typed('mein Kurs')).toBe('mein Kurs  (no blanks)');
  expect(await validate('mein Kurs')).toBe('no blanks');
  expect(typed('mein Kurs')).toBe('mein Kurs');
  expect(typed('mein Kur')).toBe('mein Kur  (no blanks)');
  expect(typed('mein Kurs')).toBe('mein Kurs  (no blanks)');
  expect(await validate('kurs')).toBe(true);
  expect(transformer('kurs', { isFinal: true })).toBe('kurs');
});
