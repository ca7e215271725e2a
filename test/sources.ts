// Every source of the project and what it imports, for the tests of the house and the pictures of ARCHITECTURE.md.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectPath } from '../tasks/core/paths.ts';

interface Import {
  from: string;
  isType: boolean;
}

export interface Source {
  path: string;
  text: string;
  imports: Import[];
}

const specifier =
  /(?:^|\n)\s*(import|export)\s+(type\s)?(?:[\w*{][^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(text: string): Import[] {
  return [...text.matchAll(specifier)].map(([, , type, from, lazy]) => ({
    from: from ?? lazy ?? '',
    isType: Boolean(type),
  }));
}

export const sources: Source[] = ['scripts', 'tasks', 'test'].flatMap((folder) =>
  readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(projectPath(path), 'utf8');
      return { path, text, imports: importsOf(text) };
    }),
);

export const isLocal = (from: string) => from.startsWith('.');

/** Files of the project that a source imports. */
export const targetsOf = ({ path, imports }: Source): string[] =>
  imports.filter(({ from }) => isLocal(from)).map(({ from }) => normalize(join(dirname(path), from)));

/** `listr2` of `listr2`, `@kubernetes/client-node` of `@kubernetes/client-node/dist/config.js`. */
export const packageOf = (from: string) => from.split('/', from.startsWith('@') ? 2 : 1).join('/');
