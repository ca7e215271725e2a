// Zip files in memory: the modules of a folder as one, and one file out of another.
import { unzipSync, zipSync } from 'fflate';

/** A zip of these files; the same files always give the same bytes. */
export const zipOf = (files: readonly { name: string; content: Uint8Array }[]): Uint8Array =>
  // The earliest time a zip can hold.
  zipSync(Object.fromEntries(files.map(({ name, content }) => [name, content])), { mtime: new Date(1980, 0, 1) });

/** A file of a zip; undefined if there is none. Throws if `zip` is no zip file. */
export const fileInZip = (zip: Uint8Array, name: string): Uint8Array | undefined =>
  unzipSync(zip, { filter: (file) => file.name === name })[name];
