// The image of seats: the image of notebook servers, with kubectl and git.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { toolsFolder } from '../core/paths.ts';
import { withStorageJars } from '../images/layer/hadoop.ts';
import type { Layer } from '../images/layer/layer.ts';
import { serverLayer } from '../notebooks/layer.ts';
import type { Profile } from '../profile/schema.ts';
import type { Tool } from '../steps/types.ts';
import { storageOfReaders } from '../storage/readers.ts';
import { gitFiles } from './git.ts';

/** What this machine must have for it. */
export const seatTools: Tool[] = [{ name: 'kubectl', purpose: 'lets students work in a terminal' }];

/** How a program of Linux begins; what is called kubectl may be a script. elf(5). */
const elf = Buffer.from('\x7fELF');

function isProgram(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const start = Buffer.alloc(elf.length);
  const file = openSync(path, 'r');
  readSync(file, start);
  closeSync(file);
  return start.equals(elf);
}

/** Packages of notebook servers, and the jars of a storage that seats can read. */
export const seatPackages = (profile: Profile): Layer =>
  withStorageJars(serverLayer(profile), { ...profile, storage: storageOfReaders(profile) });

/** git, and the kubectl of firesteel's tools, else that of this machine; read when asked, since a step may install it. */
export const seatLayer = (profile: Profile, path = process.env['PATH'] ?? ''): Layer => ({
  ...seatPackages(profile),
  get files() {
    const folders = [toolsFolder(), ...path.split(delimiter).filter(Boolean)];
    const kubectl = folders.map((folder) => join(folder, 'kubectl')).find(isProgram);
    return [...(kubectl ? [{ from: kubectl, to: '/usr/local/bin/kubectl' }] : []), ...gitFiles()];
  },
});
