// The sources, and which of them import which.
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';

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

const specifier =
  /^(?:import|export)\s+(type\s)?[^'";]*?from '(\.[^']+)'|^import '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

/** The paths that a source imports from its folder, import() included. */
export const importsOf = (folder: string, text: string): Import[] =>
  [...text.matchAll(specifier)].map(([, type, named, bare, lazy]) => ({
    path: normalize(join(folder, named ?? bare ?? lazy ?? '')),
    isType: Boolean(type),
  }));

/** All sources of a project that run, tests aside. */
export const readSources = (project: string): Source[] =>
  ['scripts', 'tasks'].flatMap((top) =>
    readdirSync(join(project, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => {
        const path = join(top, name);
        const text = readFileSync(join(project, path), 'utf8');
        return { path, text, imports: importsOf(join(path, '..'), text) };
      }),
  );

/** The one file that exports the name. */
export function exporterOf(sources: readonly Source[], name: string): string {
  const exported = new RegExp(`^export (?:async )?(?:function|const|interface) ${name}\\b`, 'm');
  const [file, ...others] = sources.filter(({ text }) => exported.test(text));
  if (!file || others.length > 0)
    throw new Error(`${others.length > 0 ? 'several files export' : 'no file exports'} ${name}: correct its row`);
  return file.path;
}
