// The local files of a job, one by one: what each is called where it goes, how large it is, what is in it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { usageFailure } from '../../lib/failure.ts';
import type { Layer } from '../image/layer.ts';
import { layerPlaces } from '../image/layer-image.ts';
import { filesBelow } from './job-folder.ts';
import { fileInZip, zipOf } from './job-zip.ts';

/** A path as it was given. */
export interface Given {
  /** Absolute; or `scheme:…`, the address of what Spark fetches or the image has. */
  path: string;
  /** How messages name it: `job.yaml:3:5: files[0]`, `--jars a.jar`. */
  label: string;
  /** A folder with the program in it: Python looks for modules there, be it a package or not. */
  isProgram?: boolean;
}

/** One file to bring, or a folder of modules as one zip. */
export interface Item {
  name: string;
  label: string;
  /** Bytes. */
  size: number;
  content(): Uint8Array;
  /** Where it goes in a layer of the image; left out, it cannot go there. */
  layer?: Layer['files'];
  /** In a layer it stands on PYTHONPATH, and nobody has to be told where. */
  isOnPath?: true;
}

/** More than this is no longer zipped to see how small it gets. */
const mostZipped = 8 * 1024 * 1024;

/** A wheel without compiled code is a zip of modules, and Python imports from it. */
const isPureWheel = (path: string): boolean => path.endsWith('-none-any.whl');

/** A wheel that only pip can unpack. */
export const isBuiltWheel = (path: string): boolean => path.endsWith('.whl') && !isPureWheel(path);

/** The program: a .py, a .jar, or the __main__.py of a zip. */
export function mainItem(given: Given): Item {
  const { label, path } = given;
  if (!path.endsWith('.zip')) return inputItem(given);
  const name = '__main__.py';
  const content = fromZip(fileItem(given), name);
  if (!content)
    throw usageFailure(`${label}: no ${name} in it`, `zip the files themselves, not their folder: ${path}/${name}`);
  return { name, label, size: content.length, content: () => content };
}

/** A file that nothing refers to by its name, so it may be one that Kubernetes does not take. */
export const inputItem = (given: Given): Item => fileItem(given, basename(given.path).replaceAll(/[^-\w.]/g, '_'));

/** A file of a zip or jar; a usage Failure if it is neither. */
function fromZip({ label, content }: Item, name: string): Uint8Array | undefined {
  try {
    return fileInZip(content(), name);
  } catch {
    throw usageFailure(`${label}: not a zip file`);
  }
}

/** A module, a zip of modules, a wheel, or a folder of modules as a zip. */
export function moduleItem(given: Given): Item {
  const { path, label } = given;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return folderItem(given);
  const item = fileItem(given);
  if (isPureWheel(path)) return { ...item, name: `${item.name}.zip` };
  if (/\.(py|zip|egg)$/.test(path)) return item;
  throw usageFailure(`${label}: expected a .py, .zip, .egg, .whl or a folder of modules`);
}

/** A folder of modules; with __init__.py it is a package itself and keeps its name. */
function folderItem({ path, label, isProgram }: Given): Item {
  const prefix = !isProgram && existsSync(join(path, '__init__.py')) ? `${basename(path)}/` : '';
  const files = filesBelow(path, prefix);
  if (files.length === 0) throw usageFailure(`${label}: no files in it`);
  let zip: Uint8Array | undefined;
  const content = () => {
    zip ??= zipOf(files.map((file) => ({ name: file.name, content: readFileSync(file.path) })));
    return zip;
  };
  const plain = files.reduce((sum, { size }) => sum + size, 0);
  return {
    name: `${basename(path)}.zip`,
    label,
    size: plain > mostZipped ? plain : content().length,
    content,
    layer: files.map((file) => ({ from: file.path, to: `${layerPlaces.python}/${file.name}` })),
    isOnPath: true,
  };
}

/** A file, or each file of a folder whose name ends so. */
export function plainItems(given: Given, ending = ''): Item[] {
  const { path, label } = given;
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (!isFolder && !path.endsWith(ending)) throw usageFailure(`${label}: expected a ${ending} or a folder of such`);
  if (!isFolder) return [fileItem(given)];
  const found = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && entry.name.endsWith(ending))
    .map(({ name }) => fileItem({ path: join(path, name), label: `${label}: ${name}` }));
  if (found.length === 0) throw usageFailure(`${label}: no ${ending || 'files'} in it`);
  return found;
}

function fileItem({ path, label }: Given, name = basename(path)): Item {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) throw usageFailure(`${label}: ${found ? 'not a file' : 'not found'}`);
  const layer = [{ from: path, to: `${layerPlaces.files}/${name}` }];
  return { name, label, size: found.size, content: () => readFileSync(path), layer };
}
