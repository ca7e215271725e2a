// What is shown of a program that talks too much.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { paced } from '../../../../tasks/core/screen/pace.ts';

test('in each interval the first line passes at once, the last one at its end, and blank lines never', async () => {
  const seen: string[] = [];
  const line = paced((text) => seen.push(text), 50);
  for (const text of ['', ' one ', 'two', 'three', ' ']) line(text);
  expect(seen).toEqual(['one']);
  await expect.poll(() => seen).toEqual(['one', 'three']);
  await sleep(60);
  line('four');
  expect(seen).toEqual(['one', 'three', 'four']);
});
