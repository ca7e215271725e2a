// What is shown of a program that talks too much.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { paced } from '../../tasks/lib/pace.ts';

test('the first line of every while passes, blank ones never', async () => {
  const seen: string[] = [];
  const line = paced((text) => seen.push(text), 50);
  for (const text of ['', ' one ', 'two', 'three']) line(text);
  await sleep(60);
  for (const text of ['  ', 'four', 'five']) line(text);
  expect(seen).toEqual(['one', 'four']);
});
