// Waits by polling, with a deadline, a pause, and a report of what is seen.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';

interface WaitOptions<T> {
  /** What is waited for, as in "node ready". */
  for: string;
  /** Returns the awaited thing, or a text that says what is seen instead. */
  probe: () => Promise<{ done: T } | { seen: string }>;
  /** Seconds until it fails. */
  seconds: number;
  /** Milliseconds between two looks; 200 if not given. */
  everyMs?: number;
  signal: AbortSignal;
  /** Called whenever what is seen changes. */
  onSeen?: (seen: string) => void;
  /** One thing to do when the time is up. */
  hint?: string;
}

/** Polls until done; Failure says what was seen last when the time is up. */
export async function until<T>(options: WaitOptions<T>): Promise<T> {
  const deadline = performance.now() + options.seconds * 1000;
  let seen = '';
  for (;;) {
    const answer = await options.probe();
    if ('done' in answer) return answer.done;
    if (answer.seen !== seen) options.onSeen?.(answer.seen);
    seen = answer.seen;
    if (performance.now() > deadline)
      throw new Failure(
        `no ${options.for} within ${options.seconds} s: ${seen}`,
        options.hint ? { hint: options.hint } : {},
      );
    await sleep(options.everyMs ?? 200, undefined, { signal: options.signal });
  }
}

interface QuietOptions {
  /** When something last came, by `performance.now()`. */
  heardAt: () => number;
  quietMs: number;
  signal: AbortSignal;
}

/** Waits for the end of some work, as long as something comes of it; silence of `quietMs` is an end, too. */
export async function untilQuiet(work: Promise<unknown>, { heardAt, quietMs, signal }: QuietOptions): Promise<void> {
  const begunAt = performance.now();
  let isOver = false;
  const end = work
    .catch(() => {})
    .then(() => {
      isOver = true;
    });
  while (!isOver && !signal.aborted && performance.now() - Math.max(begunAt, heardAt()) < quietMs)
    await Promise.race([end, sleep(200, undefined, { signal }).catch(() => {})]);
}

/** The answer, or the reason of the signal if that comes first. */
export async function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
