// Waits for what a test expects to see.
import { setTimeout } from 'node:timers/promises';

const patienceMs = 40_000;

/** Asks again until it is so; then fails with what was seen instead. */
export async function until(isSo: () => boolean, what: string, seen: () => string): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`${what} did not come; there is:\n${seen()}`);
    await setTimeout(100);
  }
}
