// Changes files and folders: a file is written whole or not at all, and only if it differs.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, messageOf } from '../failure.ts';
import type { FileContent, FileVerbs } from '../types.ts';

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

/** Whether there is such a folder, and nothing in it. */
export const isEmptyFolder = (path: string): boolean => existsSync(path) && readdirSync(path).length === 0;

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

/**
 * The verbs for real. Nothing is removed, made or moved once `signal` has aborted; what was begun elsewhere is still noted.
 * What the disk refuses is a Failure.
 */
export function createFileVerbs(signal?: AbortSignal): FileVerbs {
  async function change(action: () => Promise<unknown>): Promise<void> {
    signal?.throwIfAborted();
    try {
      await action();
    } catch (error) {
      throw new Failure(messageOf(error), { cause: error });
    }
  }
  return {
    write: writeFiles,
    remove: async (...paths) => {
      for (const path of paths) await change(() => rm(path, { recursive: true, force: true }));
    },
    mkdir: async (...paths) => {
      for (const path of paths) await change(() => mkdir(path, { recursive: true }));
    },
    move: (from, to) => change(() => rename(from, to)),
  };
}
