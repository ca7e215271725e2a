// Trying again: when it ends, and how long it pauses.
import { expect, test } from 'vitest';
import { growingPause, retry } from '../../../tasks/core/retry.ts';

const idle = new AbortController().signal;

test('attempts are numbered, and the first value ends them', async () => {
  const numbers: number[] = [];
  const value = await retry(async (number) => {
    numbers.push(number);
    return number === 2 ? { value: 'done' } : { error: new Error('not yet'), pauseMs: 0 };
  }, idle);
  expect([value, numbers]).toEqual(['done', [0, 1, 2]]);
});

test('an error without a pause is the last one, and is thrown unchanged', async () => {
  const error = new Error('of no use');
  await expect(retry(async () => ({ error }), idle)).rejects.toBe(error);
});

test('a signal ends the pause with its reason, and no attempt follows', async () => {
  const controller = new AbortController();
  let count = 0;
  const ending = retry(async () => {
    count++;
    return { error: new Error('again'), pauseMs: 3_600_000 };
  }, controller.signal);
  controller.abort(new Error('Ctrl-C'));
  await expect(ending).rejects.toThrow('Ctrl-C');
  await expect(retry(async () => ({ value: count++ }), controller.signal)).rejects.toThrow('Ctrl-C');
  expect(count).toBe(1);
});

test.each([
  [0, 0, 50],
  [0, 1, 100],
  [3, 1, 800],
  [9, 1, 2000],
])('after attempt %i, with %d as the random number, the pause is %d ms', (number, random, pause) =>
  expect(growingPause(number, { firstMs: 100, longestMs: 2000 }, random)).toBe(pause),
);
