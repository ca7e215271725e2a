// What came of an attempt.
import { expect, test } from 'vitest';
import { type Attempt, isAsExpected, rowOf, rowsOf } from '../../../../tasks/classroom/verify/row.ts';

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

test('after Ctrl-C there are no rows, and no further attempt', async () => {
  const controller = new AbortController();
  const tried: number[] = [];
  const all = [1, 2, 3].map((number) =>
    attempt(false, async () => {
      tried.push(number);
      if (number === 2) controller.abort(new Error('interrupted'));
      controller.signal.throwIfAborted();
      return 'no answer';
    }),
  );
  const seen: number[] = [];
  await expect(rowsOf(all, controller.signal, (_, count) => seen.push(count))).rejects.toThrow('interrupted');
  expect([tried, seen]).toEqual([[1, 2], [1]]);
});
