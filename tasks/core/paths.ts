// Where things are: the project's own folders, and the user's cache and data folders.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usageFailure } from './failure.ts';

/** The nearest folder with a package.json, from `start` upwards. */
export function findProjectFolder(start: string): string {
  let folder = start;
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder))
      throw usageFailure(`firesteel is incomplete: ${start} has no package.json above it`, 'install firesteel again');
    folder = dirname(folder);
  }
  return folder;
}

/** The folder of package.json, from the sources as well as from the bundle. */
const projectFolder = findProjectFolder(dirname(fileURLToPath(import.meta.url)));

/** A path inside the project: `projectPath('docker', 'spark')`. */
export const projectPath = (...parts: string[]): string => join(projectFolder, ...parts);

/** The user's home. A user whom the system does not know, as in a container, may have none. */
export function homeFolder(): string {
  try {
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {
    // Without a line in passwd.
  }
  throw usageFailure('this user has no home folder', 'set HOME to a folder that this user may write to');
}

/** A path with the user's home in place of `~`, as a shell has it. */
export const withHome = (path: string): string => path.replace(/^~(?=\/|$)/, homeFolder);

/** A path as people paste it, without quotes and backslashes; ~ at its start is the home folder. */
export function pastedPath(text: string): string {
  const [, quote, inner] = /^(['"])(.*)\1$/s.exec(text.trim()) ?? [];
  const path = quote === undefined ? text.trim().replaceAll(/\\([ '"()&])/g, '$1') : (inner ?? '');
  return withHome(path);
}

/** The absolute path of what a user writes: `~` is the user's home, which no shell has put into a file. */
export const ownPath = (word: string): string => resolve(withHome(word));

/** XDG Base Directory Specification: an empty or relative path does not count. */
const baseFolder = (variable: string, ...usual: string[]): string => {
  const named = process.env[variable] ?? '';
  return isAbsolute(named) ? named : join(homeFolder(), ...usual);
};

/** Downloads, built binaries and images; can be deleted at any time. XDG Base Directory Specification. */
export const cachePath = (...parts: string[]): string =>
  join(baseFolder('XDG_CACHE_HOME', '.cache'), 'firesteel', ...parts);

/** Where the programs lie that `firesteel tools install` brings; first on the PATH of every command. */
export const toolsFolder = (): string => cachePath('tools', 'bin');

/** Clusters and runs. XDG Base Directory Specification. */
export const dataPath = (...parts: string[]): string =>
  join(baseFolder('XDG_DATA_HOME', '.local', 'share'), 'firesteel', ...parts);

/** The archive (docker-archive, as `docker save` writes it) of an image that was built here, by its reference. */
export const imageArchive = (reference: string): string =>
  cachePath('images', `${reference.split('/').at(-1)?.replace(':', '-')}.tar`);

/** The image layout of an image that was built here on top of another, by its reference: only its own layers. */
export const imageFolder = (reference: string): string => imageArchive(reference).replace(/\.tar$/, '');

/** Where systems keep programs of root, which are not on every user's PATH. */
export const rootFolders: readonly string[] = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
