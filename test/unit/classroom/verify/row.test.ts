// What came of an attempt.
import { expect, test } from 'vitest';
import { type Attempt, isAsExpected, rowOf } from '../../../../tasks/classroom/verify/row.ts';

const attempt = (isAllowed: boolean, tried: Attempt['attempt']): Attempt => ({
  area: 'network',
  what: 'reach another seat',
  isAllowed,
  attempt: tried,
});

test.each<[string, boolean, Attempt['attempt'], boolean]>([
  ['what must be refused and is refused is right', false, async () => 'no answer', true],
  ['what must be refused and works is wrong', false, async () => undefined, false],
  ['what must work and works is right', true, async () => undefined, true],
  ['what must work and is refused is wrong', true, async () => 'no answer', false],
  [
    'what could not be tried is wrong',
    false,
    async () => {
      throw new Error('the pod failed');
    },
    false,
  ],
])('%s', async (_, isAllowed, tried, isRight) =>
  expect(isAsExpected(await rowOf(attempt(isAllowed, tried)))).toBe(isRight),
);
