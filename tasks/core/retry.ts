// Retries an action until it succeeds; the caller decides what is worth another attempt, and when.
import { setTimeout as sleep } from 'node:timers/promises';

/** What an attempt brought, or its error and the milliseconds until the next one; the last one has no pause. */
export type Attempted<T> = { value: T } | { error: unknown; pauseMs?: number | undefined };

/** Attempts, whose number counts from 0, until one brings something or is the last. Ends with `signal`. */
export async function retry<T>(attempt: (number: number) => Promise<Attempted<T>>, signal: AbortSignal): Promise<T> {
  for (let number = 0; ; number++) {
    signal.throwIfAborted();
    const outcome = await attempt(number);
    if ('value' in outcome) return outcome.value;
    if (outcome.pauseMs === undefined) throw outcome.error;
    await sleep(outcome.pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** First and longest pause in milliseconds. */
interface Pauses {
  firstMs: number;
  longestMs: number;
}

/**
 * Each pause is up to twice the one before. `random` is in [0, 1): pauses differ, so that many clients do not come back
 * all at once.
 */
export const growingPause = (number: number, { firstMs, longestMs }: Pauses, random = Math.random()): number =>
  Math.min(firstMs * 2 ** number, longestMs) * (0.5 + random / 2);
