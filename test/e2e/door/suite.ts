// What the tests of a door begin and end with: a class on this machine, where it can be.
import { afterAll, beforeAll, describe } from 'vitest';
import { type Class, openClass } from './class.ts';

/** Tests that need a door: nginx of the image runs on Linux alone. */
export const suite = process.platform === 'linux' ? describe : describe.skip;

/** Opens a class before the first test of a block, and closes it after the last. */
export function withClass(take: (room: Class) => void): void {
  let room: Class | undefined;
  beforeAll(async () => {
    room = await openClass();
    take(room);
  });
  afterAll(() => room?.close());
}
