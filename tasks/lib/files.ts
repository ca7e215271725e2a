// Writes files whole or not at all, and only those that differ.
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileContent } from './types.ts';

const defaultMode = 0o644;

/** Whether a file has this very content and mode. */
export async function isWritten(file: FileContent): Promise<boolean> {
  try {
    const [content, { mode }] = await Promise.all([readFile(file.path), stat(file.path)]);
    return content.equals(Buffer.from(file.content)) && (mode & 0o777) === (file.mode ?? defaultMode);
  } catch {
    return false;
  }
}

/** Writes each file through a temporary neighbour and a rename; folders are made with mode 0700. */
export async function writeFiles(files: FileContent[]): Promise<void> {
  const { default: writeAtomically } = await import('write-file-atomic');
  for (const file of files) {
    if (await isWritten(file)) continue;
    await mkdir(dirname(file.path), { recursive: true, mode: 0o700 });
    const content = typeof file.content === 'string' ? file.content : Buffer.from(file.content);
    await writeAtomically(file.path, content, { mode: file.mode ?? defaultMode });
  }
}
