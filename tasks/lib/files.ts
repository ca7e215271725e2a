// Writes files whole or not at all, and only those that differ.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
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

/** Puts another content into a file; the old one is put back if that fails. */
async function writeInPlace(path: string, content: string | Buffer): Promise<void> {
  const before = await readFile(path);
  try {
    await writeFile(path, content);
  } catch (error) {
    await writeFile(path, before).catch(() => {});
    throw error;
  }
}

/** Writes each file through a temporary neighbour and a rename; folders are made with mode 0700. */
export async function writeFiles(files: FileContent[]): Promise<void> {
  const { default: writeAtomically } = await import('write-file-atomic');
  for (const file of files) {
    if (await isWritten(file)) continue;
    await mkdir(dirname(file.path), { recursive: true, mode: 0o700 });
    const content = typeof file.content === 'string' ? file.content : Buffer.from(file.content);
    const mode = file.mode ?? defaultMode;
    await writeAtomically(file.path, content, { mode }).catch(async (error: NodeJS.ErrnoException) => {
      // A file that is a mount, as in a container, can be written and not replaced.
      if (error.code !== 'EBUSY') throw error;
      await writeInPlace(file.path, content);
    });
  }
}
