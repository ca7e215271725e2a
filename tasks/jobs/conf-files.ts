// Finds properties that name files of this machine, which a driver cannot read.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Properties that list files, and what brings such of this machine. */
const bringing: Readonly<Record<string, string>> = {
  'spark.files': 'list it under files in job.yaml',
  'spark.jars': 'add it with --jars',
  'spark.submit.pyFiles': 'add it with --py-files',
  'spark.archives': 'add packages with --requirements',
};

/** What of such a property the driver would look for in vain, a line each; paths are taken from this folder on. */
export function localFileProblems(key: string, value: string, folder = process.cwd()): string[] {
  const cure = bringing[key];
  if (!cure) return [];
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => isHere(one.replace(/#.*$/, ''), folder))
    .map(
      (one) =>
        `${one}: the driver cannot read files of this machine; ${cure}, or name an address: https://…, or local:///… in the image`,
    );
}

/** Spark takes a path, or an address; `file:/x` is the path `/x`. */
function isHere(address: string, folder: string): boolean {
  if (address === '') return false;
  const path = address.replace(/^file:(?:\/\/(?=\/))?/, '');
  return !/^[a-z][\w+.-]*:/i.test(path) && existsSync(resolve(folder, path));
}
