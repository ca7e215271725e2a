// Finds the files that a path with `*`, `?`, `[a-z]` or `{a,b}` in its last part names.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The paths that fit, sorted; none where the path is no pattern. Hidden files need a dot in the pattern, as in a shell. */
export function pathsThatFit(path: string): string[] {
  const [folder, pattern] = [dirname(path), basename(path)];
  if (!/[*?[{]/.test(pattern) || !existsSync(folder)) return [];
  const parts = pattern
    .replaceAll(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  const alternatives = parts.replaceAll(/\{([^{}]*)\}/g, (_, words: string) => `(?:${words.replaceAll(',', '|')})`);
  try {
    const fits = new RegExp(`^${alternatives}$`);
    return readdirSync(folder)
      .filter((name) => fits.test(name) && (pattern.startsWith('.') || !name.startsWith('.')))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
