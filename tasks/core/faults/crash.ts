// Writes the stack of a fault of firesteel to a file without secrets, for a bug report.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { dataPath } from '../paths.ts';
import { createRedaction, secretsOfEnvironment } from './redaction.ts';

/** The files that were left, the newest first. */
export function crashFiles(): string[] {
  try {
    return readdirSync(dataPath('crashes'))
      .filter((name) => name.endsWith('.txt'))
      .sort()
      .reverse()
      .map((name) => dataPath('crashes', name));
  } catch {
    return [];
  }
}

const stackOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return [error.stack ?? error.message, ...(error.cause ? ['caused by:', stackOf(error.cause)] : [])].join('\n');
};

/** Whether an error is a fault of firesteel: whatever it foresees is a Failure. */
export const isFault = (error: unknown): boolean => !(error instanceof Failure);

/** Keeps a fault in a file; returns the line that names it, or none where nothing can be written. Never throws. */
export function keepCrash(error: unknown, words: readonly string[], version: string): string | undefined {
  const redact = createRedaction(secretsOfEnvironment());
  const now = new Date();
  const text = [
    `firesteel ${version} on Node.js ${process.version}, ${process.platform} ${release()} ${process.arch}`,
    now.toISOString(),
    `firesteel ${words.join(' ')}`,
    '',
    stackOf(error),
    '',
  ].join('\n');
  const path = join(dataPath('crashes'), `${now.toISOString().replaceAll(/[:.]/g, '-')}.txt`);
  try {
    mkdirSync(dataPath('crashes'), { recursive: true, mode: 0o700 });
    writeFileSync(path, redact(text), { mode: 0o600 });
  } catch {
    return undefined;
  }
  return `→ this is a fault of firesteel, recorded in ${path}; make a bug report: firesteel report`;
}
