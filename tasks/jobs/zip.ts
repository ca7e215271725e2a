// Lists the names in a zip file, and reads one file of it, in memory.
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
