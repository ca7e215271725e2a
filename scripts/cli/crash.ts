// Shows the user a fault of firesteel itself.
import { isFault, keepCrash } from '../../tasks/core/faults/crash.ts';
import { version } from './version.ts';

/** A fault leaves a file, and a line on stderr that names it. */
export function noteCrash(error: unknown, words: readonly string[] = process.argv.slice(2)): void {
  const line = isFault(error) ? keepCrash(error, words, version()) : undefined;
  if (line) process.stderr.write(`${line}\n`);
}
