// Files in a folder of each test's own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Homes, ownFolderOfEach } from '../own-folder.ts';

/** A new folder for each test: `path` is one in it, `put` writes a file and answers its path. */
export function ownFiles(homes: Homes = {}) {
  const folder = ownFolderOfEach(homes);
  const path = (...parts: string[]): string => join(folder(), ...parts);
  const put = (name: string, text: string | Uint8Array): string => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
    return path(name);
  };
  return { path, put };
}
