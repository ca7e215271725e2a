// The files below a folder that belong to a program: no hidden ones, no compiled ones, no virtual environments.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { usageFailure } from '../../lib/failure.ts';

export interface FolderFile {
  /** From the folder on, with "/". */
  name: string;
  path: string;
  /** Bytes. */
  size: number;
  isExecutable: boolean;
}

/** All files below `folder`, sorted, with what links lead to; a usage Failure for a link that leads in a circle. */
export function filesBelow(folder: string, prefix = '', above: readonly string[] = []): FolderFile[] {
  const real = realpathSync(folder);
  if (above.includes(real))
    throw usageFailure(
      `${folder}: is a link to a folder that contains it`,
      'remove the link, or use a folder without it',
    );
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && name !== '__pycache__' && !name.endsWith('.pyc'))
    .sort()
    .flatMap((entry): FolderFile[] => {
      const path = join(folder, entry);
      const name = `${prefix}${entry}`;
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isDirectory())
        return existsSync(join(path, 'pyvenv.cfg')) ? [] : filesBelow(path, `${name}/`, [...above, real]);
      return found?.isFile() ? [{ name, path, size: found.size, isExecutable: (found.mode & 0o111) !== 0 }] : [];
    });
}
