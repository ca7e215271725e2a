// The files below a folder that belong to a program: no hidden ones, no compiled ones, no virtual environments.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FolderFile {
  /** From the folder on, with "/". */
  name: string;
  path: string;
  /** Bytes. */
  size: number;
}

/** All files below `folder`, sorted. Folders that are links are left out: they may lead in a circle. */
export function filesBelow(folder: string, prefix = ''): FolderFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !name.startsWith('.') && name !== '__pycache__' && !name.endsWith('.pyc'),
  );
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): FolderFile[] => {
      const path = join(folder, entry.name);
      const name = `${prefix}${entry.name}`;
      if (entry.isDirectory()) return existsSync(join(path, 'pyvenv.cfg')) ? [] : filesBelow(path, `${name}/`);
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() ? [{ name, path, size: found.size }] : [];
    });
}
