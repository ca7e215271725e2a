// Waiting: asking again until it is so, with a word on what is seen, a deadline and an end.
import { expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import { until } from '../../../tasks/core/wait.ts';

const { signal } = new AbortController();

test('the answer comes as soon as there is one, and what is seen is reported once', async () => {
  const looks = ['absent', 'absent', 'starting', 'starting', 'absent'];
  const seen: string[] = [];
  const answer = await until({
    for: 'node ready',
    seconds: 5,
    everyMs: 1,
    signal,
    onSeen: (text) => seen.push(text),
    probe: async () => {
      const next = looks.shift();
      return next ? { seen: next } : { done: 42 };
    },
  });
  expect(answer).toBe(42);
  expect(seen).toEqual(['absent', 'starting', 'absent']);
});

test('an immediate answer needs no pause', async () => {
  const start = performance.now();
  await until({ for: 'it', seconds: 0, everyMs: 60_000, signal, probe: async () => ({ done: undefined }) });
  expect(performance.now() - start).toBeLessThan(1000);
});

test('when the time is up it says what was waited for, what was seen last, and what to do', async () => {
  let looks = 0;
  const waiting = until({
    for: 'node ready',
    seconds: 0.05,
    everyMs: 10,
    signal,
    hint: 'firesteel status',
    probe: async () => ({ seen: `look ${++looks}` }),
  });
  const error = await waiting.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ message: `no node ready within 0.05 s: look ${looks}`, hint: 'firesteel status' });
  expect(looks).toBeGreaterThan(1);
});

test('an abort ends the pause at once', async () => {
  const controller = new AbortController();
  const waiting = until({
    for: 'it',
    seconds: 60,
    everyMs: 60_000,
    signal: controller.signal,
    onSeen: () => setTimeout(() => controller.abort(), 10),
    probe: async () => ({ seen: 'nothing' }),
  });
  const start = performance.now();
  await expect(waiting).rejects.toThrow('aborted');
  expect(performance.now() - start).toBeLessThan(5000);
});

test('a probe that fails fails the wait', () =>
  expect(until({ for: 'it', seconds: 60, signal, probe: () => Promise.reject(new Failure('gone')) })).rejects.toThrow(
    'gone',
  ));
