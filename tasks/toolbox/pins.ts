// Reads the versions that a folder's go.mod pins.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Failure } from '../core/failure.ts';
import { projectPath } from '../core/paths.ts';

const goMod = (folder: string): string => readFileSync(join(folder, 'go.mod'), 'utf8');

/** The version of a module in a folder's go.mod, such as v1.36.3 for k8s.io/kubernetes. */
export function pinnedVersion(folder: string, module: string): string {
  const lines = goMod(folder)
    .split('\n')
    .map((line) => line.trim().replace(/^require /, ''));
  const version = lines.find((line) => line.startsWith(`${module} v`))?.split(' ')[1];
  if (!version) throw new Failure(`${relative(projectPath(), folder)}/go.mod does not pin ${module}`);
  return version;
}

/** The oldest Go that may build a folder's module, such as 1.26.8. */
export const requiredGo = (folder: string): string => /^go (\S+)$/m.exec(goMod(folder))?.[1] ?? '';
