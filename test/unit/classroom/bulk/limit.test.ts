// How the number of requests at once follows a server's answers.
import { expect, test } from 'vitest';
import { gradientLimit } from '../../../../tasks/classroom/bulk/limit.ts';

/** The limit after answers of a server that works on a fixed number at once, each in the same time. */
function settled(capacity: number, milliseconds: number, answers = 2000): number {
  const limit = gradientLimit();
  for (let count = 0; count < answers; count++)
    limit.answered(milliseconds * Math.max(1, limit.current / capacity), limit.current);
  return limit.current;
}

test('a quick server gets the highest allowed number of requests at once', () => expect(settled(1000, 5)).toBe(32));

test('a server that queues gets little more than it works on', () => {
  expect(settled(8, 5)).toBeGreaterThanOrEqual(8);
  expect(settled(8, 5)).toBeLessThan(32);
});

test('a refusal reduces the limit by a third, and answers raise it again', () => {
  const limit = gradientLimit({ first: 20 });
  limit.refused();
  expect(limit.current).toBe(14);
  for (let count = 0; count < 100; count++) limit.answered(5, limit.current);
  expect(limit.current).toBe(32);
});

test('refusals never end all work', () => {
  const limit = gradientLimit();
  for (let count = 0; count < 50; count++) limit.refused();
  expect(limit.current).toBe(1);
});

test('a group that has few requests to send says nothing about the server', () => {
  const limit = gradientLimit({ first: 20 });
  for (let count = 0; count < 50; count++) limit.answered(500, 1);
  expect(limit.current).toBe(20);
});
