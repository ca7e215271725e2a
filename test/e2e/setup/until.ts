// Waits for what a test expects to see.
import { setTimeout } from 'node:timers/promises';

const usualPatience = 40;

/** Asks again until it is so; after these seconds it fails with what was seen instead. */
export async function until(
  isSo: () => boolean,
  what: string,
  seen: () => string,
  seconds = usualPatience,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`${what} did not come; there is:\n${seen()}`);
    await setTimeout(100);
  }
}
