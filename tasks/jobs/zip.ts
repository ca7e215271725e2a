// Knows a zip file, lists the names in it, and reads one file of it.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { unzipSync } from 'fflate';

/** A file of a zip; undefined if there is none. Throws if `zip` is not a zip file. */
export const fileInZip = (zip: Uint8Array, name: string): Uint8Array | undefined =>
  unzipSync(zip, { filter: (file) => file.name === name })[name];

/** The names of all files in a zip. Throws if `zip` is not a zip file. */
export function namesInZip(zip: Uint8Array): string[] {
  const names: string[] = [];
  unzipSync(zip, {
    filter: ({ name }) => {
      if (!name.endsWith('/')) names.push(name);
      return false;
    },
  });
  return names;
}

/** More than the record that ends a zip, and the longest comment behind it. */
const endBytes = 66_000;

/** Whether the file at a path ends as a zip does. Python passes over one that does not without a word. */
export function isZip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, endBytes));
    readSync(file, end, 0, end.length, size - end.length);
    return end.includes('PK\x05\x06', 0, 'latin1');
  } finally {
    closeSync(file);
  }
}
