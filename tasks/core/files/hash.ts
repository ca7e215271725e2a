// Short names from content: the same content has the same name.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The first 12 hexadecimal digits of the SHA-256 over these parts, one behind the other. */
export function shortDigest(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

/** The same of a value, as JSON. */
export const shortHash = (value: unknown): string => shortDigest(JSON.stringify(value));

/** The same of the content of files. */
export const shortHashOfFiles = (...files: string[]): string => shortDigest(...files.map((file) => readFileSync(file)));
