// The sources that run, and which of them import which.
import { join, normalize } from 'node:path';
import { isLocal, sources, importsOf as specifiersOf } from '../sources.ts';

export interface Source {
  /** From the project's folder, with slashes. */
  path: string;
  text: string;
  imports: Import[];
}

interface Import {
  /** Path of a source. */
  path: string;
  /** Whether only types are imported. */
  isType: boolean;
}

/** The paths that a source imports from its folder, import() included. */
export const importsOf = (folder: string, text: string): Import[] =>
  specifiersOf(text)
    .filter(({ from }) => isLocal(from))
    .map(({ from, isType }) => ({ path: normalize(join(folder, from)), isType }));

/** All sources of the project that run, tests aside. */
export const readSources = (): Source[] =>
  sources
    .filter(({ path }) => /^(scripts|tasks)\/.*\.ts$/.test(path))
    .map(({ path, text }) => ({ path, text, imports: importsOf(join(path, '..'), text) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

/** The one file that exports the name. */
export function exporterOf(sources: readonly Source[], name: string): string {
  const exported = new RegExp(`^export (?:async )?(?:function|const|interface) ${name}\\b`, 'm');
  const [file, ...others] = sources.filter(({ text }) => exported.test(text));
  if (!file || others.length > 0)
    throw new Error(`${others.length > 0 ? 'several files export' : 'no file exports'} ${name}: correct its row`);
  return file.path;
}
