// Reads the text of a kubeconfig in every form that kubectl takes: encodings, and the first of several documents.
import { readFileSync } from 'node:fs';
import { markedEncoding } from '../../core/files/encoding.ts';

/** What stands before the first document: comments, empty lines, directives, and the line that begins it. */
const opening = /^(?:[ \t]*(?:[#%].*)?\r?\n)*---(?=\s|$)/;
const nextDocument = /^(?:---|\.\.\.)(?=\s|$)/m;

/** The first document of a file: kubectl reads no other. */
export function firstDocument(text: string): string {
  const begin = opening.exec(text)?.[0] ?? '';
  const rest = text.slice(begin.length);
  return begin + rest.slice(0, nextDocument.exec(rest)?.index);
}

/** The text of the file at a path. Throws the error of the system, or a TypeError for what is no text. */
export function kubeconfigText(path: string): string {
  const bytes = readFileSync(path);
  return firstDocument(new TextDecoder(markedEncoding(bytes) ?? 'utf-8', { fatal: true }).decode(bytes));
}

/** The entries of a list in a kubeconfig, each with its name as a text; what is no map with a name is none. */
export function namedItems<T>(config: unknown, list: string): (T & { name: string })[] {
  const items = (config as Record<string, unknown> | null | undefined)?.[list];
  return (Array.isArray(items) ? items : [])
    .filter((item) => ['string', 'number', 'boolean'].includes(typeof item?.name))
    .map((item) => ({ ...item, name: String(item.name) }));
}
