// The local files of a job: name, size and content of each.
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { usageFailure } from '../core/failure.ts';
import { layerPlaces } from '../images/layer/image.ts';
import type { Layer } from '../images/layer/layer.ts';
import { fileInZip, isZip, namesInZip } from './zip.ts';

/** A path as it was given. */
export interface Given {
  /** Absolute; or `scheme:…`, the address of what Spark fetches or the image has. */
  path: string;
  /** How messages name it: `job.yaml:3:5: files[0]`, `--jars a.jar`. */
  label: string;
  /** A folder with the program in it: Python looks for modules there, be it a package or not. */
  isProgram?: boolean;
  /** Where a folder of modules goes among others, if not by its name. */
  place?: string;
}

/** A file of this machine on its way. */
export interface Part {
  /** Where it goes, from the folder on that has what is shipped. */
  to: string;
  /** Its path here; none if it is out of a zip. */
  from?: string;
  content(): Uint8Array;
  isExecutable?: boolean;
}

/** One file to bring, or a folder of modules with all its files. */
export interface Item {
  name: string;
  label: string;
  /** Bytes. */
  size: number;
  parts: readonly Part[];
  /** Where it goes in a layer of the image; left out, it cannot go there. */
  layer?: Layer['files'];
  /** Python finds it at any place, and no argument names that place. */
  isOnPath?: true;
}

/** The folder of what is shipped that has folders of modules. */
const modulesFolder = 'modules';

/** More files are not listed in a pod. */
const mostFiles = 500;

/** A wheel without compiled code is a zip of modules, and Python imports from it. */
const isPureWheel = (path: string): boolean => path.endsWith('-none-any.whl');

/** A wheel that only pip can unpack: modules in a zip cannot open files beside them. */
export const isBuiltWheel = (path: string): boolean => path.endsWith('.whl') && !(isPureWheel(path) && hasCode(path));

/** Whether modules are all that a wheel has, or it is none, which is for others to say. */
function hasCode(path: string): boolean {
  try {
    return namesInZip(readFileSync(path)).every((name) => /\.py$|^[^/]+\.dist-info\//.test(name));
  } catch {
    return true;
  }
}

/** What is found at a path; undefined for nothing, and for a link that leads nowhere or in a circle. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
    throw error;
  }
}

/** Why nothing is found at a path. */
function missing(path: string): string {
  try {
    return `a link to ${readlinkSync(path)}, which does not exist`;
  } catch {
    return 'not found';
  }
}

/** The program: a .py, a .jar, or the __main__.py of a zip. */
export function mainItem(given: Given): Item {
  const { label, path } = given;
  if (!path.endsWith('.zip')) return inputItem(given);
  const name = '__main__.py';
  const content = fromZip(fileItem(given), name);
  if (!content)
    throw usageFailure(
      `${label}: no ${name} in it`,
      `zip the files, not their folder: ${name} belongs at the top of the zip`,
    );
  return { name, label, size: content.length, parts: [{ to: name, content: () => content }] };
}

/** A name that ConfigMaps, class paths and addresses take. */
const plainName = (name: string): string => name.replaceAll(/[^-\w.]/g, '_');

/** A file that nothing refers to by its name, so it may be one that Kubernetes does not take. */
export const inputItem = (given: Given): Item => fileItem(given, plainName(basename(given.path)));

/** A file of a zip or jar; a usage Failure if it is neither. */
function fromZip({ label, parts: [part] }: Item, name: string): Uint8Array | undefined {
  try {
    return part && fileInZip(part.content(), name);
  } catch {
    throw usageFailure(`${label}: not a zip file`);
  }
}

/** A module, a zip of modules, a wheel, or a folder of modules. */
export function moduleItem(given: Given): Item {
  const { path, label } = given;
  if (isFolder(path)) return folderItem(given);
  const item = fileItem(given);
  if (!/\.(py|zip|egg)$/.test(path) && !isPureWheel(path))
    throw usageFailure(`${label}: expected a .py, .zip, .egg, .whl or a folder of modules`);
  if (!path.endsWith('.py') && !isZip(path)) throw usageFailure(`${label}: not a zip file`);
  return isPureWheel(path) ? renamed(item, `${item.name}.zip`) : item;
}

/** A folder of modules; with __init__.py it is a package itself and keeps its name. */
function folderItem({ path, label, isProgram, place = basename(path) }: Given): Item {
  const prefix = !isProgram && isPackage(path) ? `${basename(path)}/` : '';
  if (!isProgram && hasModulesInSrc(path))
    throw usageFailure(`${label}: the modules of this project are in src`, `name that folder: ${join(path, 'src')}`);
  const files = filesBelow(path, prefix);
  if (files.length === 0) throw usageFailure(`${label}: no files in it`);
  const name = plainName(place);
  return {
    name,
    label,
    size: files.length > mostFiles ? Number.POSITIVE_INFINITY : files.reduce((sum, { size }) => sum + size, 0),
    parts: files.map((file) => ({
      to: `${modulesFolder}/${name}/${file.name}`,
      from: file.path,
      content: () => readFileSync(file.path),
      isExecutable: file.isExecutable,
    })),
    layer: files.map((file) => ({ from: file.path, to: `${layerPlaces.modules}/${name}/${file.name}` })),
    isOnPath: true,
  };
}

/** Whether a folder is a package of Python. */
export const isPackage = (folder: string): boolean => existsSync(join(folder, '__init__.py'));

/** Modules at the top of a project that none of its programs import. */
const ofProject = /^(?:setup|conftest|noxfile|tasks|versioneer|fabfile)\.py$/;
const besideCode = ['tests', 'test', 'docs', 'examples', 'benchmarks', 'scripts'];

/** Whether a folder is a project that has its modules in src alone, where Python does not look. */
function hasModulesInSrc(folder: string): boolean {
  const names = readdirSync(folder);
  if (!['pyproject.toml', 'setup.py', 'setup.cfg'].some((name) => names.includes(name))) return false;
  if (!names.includes('src') || !isFolder(join(folder, 'src')) || isPackage(join(folder, 'src'))) return false;
  return !names.some(
    (name) =>
      (name.endsWith('.py') && !ofProject.test(name)) || (!besideCode.includes(name) && isPackage(join(folder, name))),
  );
}

const renamed = (item: Item, name: string): Item => ({
  ...item,
  name,
  parts: item.parts.map((part) => ({ ...part, to: name })),
});

const isFolder = (path: string): boolean => look(path)?.isDirectory() ?? false;

/** A file, or each file of a folder whose name ends so; those of folders in it would stand beside each other. */
export function plainItems(given: Given, ending = ''): Item[] {
  const { path, label } = given;
  if (!isFolder(path) && !path.endsWith(ending))
    throw usageFailure(`${label}: expected a ${ending} or a folder of them`);
  if (!isFolder(path)) return [fileItem(given)];
  const deep = filesBelow(path, '').find(({ name }) => name.includes('/') && name.endsWith(ending));
  if (deep)
    throw usageFailure(
      `${label}: would leave out ${deep.name}, which is in a subfolder`,
      `name that folder as well: ${dirname(join(path, deep.name))}`,
    );
  const found = readdirSync(path)
    .filter((name) => !isFolder(join(path, name)) && !name.startsWith('.') && name.endsWith(ending))
    .map((name) => fileItem({ path: join(path, name), label: `${label}: ${name}` }));
  if (found.length === 0) throw usageFailure(`${label}: no ${ending || 'files'} in it`);
  return found;
}

function fileItem({ path, label }: Given, name = basename(path)): Item {
  const found = look(path);
  if (!found?.isFile())
    throw usageFailure(
      `${label}: ${found ? 'not a file' : missing(path)}`,
      !found && look(path.replace(/#[^#]*$/, ''))?.isFile()
        ? 'omit # and the name behind it: rename the file itself'
        : undefined,
    );
  const layer = [{ from: path, to: `${layerPlaces.files}/${name}` }];
  return { name, label, size: found.size, parts: [{ to: name, from: path, content: () => readFileSync(path) }], layer };
}

export interface FolderFile {
  /** From the folder on, with "/". */
  name: string;
  path: string;
  /** Bytes. */
  size: number;
  isExecutable: boolean;
}

/** All files below `folder`, sorted, with what links lead to; a usage Failure for a link that leads in a circle. */
function filesBelow(folder: string, prefix = '', above: readonly string[] = []): FolderFile[] {
  const real = realpathSync(folder);
  if (above.includes(real))
    throw usageFailure(
      `${folder}: is a link to a folder that contains it`,
      'remove the link, or use a folder without it',
    );
  const names = readdirSync(folder);
  // A compiled file without its source is a module; beside it, Python would not read it.
  const isModule = (name: string) => !name.endsWith('.pyc') || !names.includes(name.slice(0, -1));
  return names
    .filter((name) => !name.startsWith('.') && name !== '__pycache__' && isModule(name))
    .sort()
    .flatMap((entry): FolderFile[] => {
      const path = join(folder, entry);
      const name = `${prefix}${entry}`;
      const found = look(path);
      // Node.js cannot name a file whose name is none of UTF-8.
      if (!found && entry.includes('\ufffd'))
        throw usageFailure(`${path}: the name of the file is not UTF-8`, 'rename the file');
      if (found?.isDirectory()) return isEnvironment(path) ? [] : filesBelow(path, `${name}/`, [...above, real]);
      return found?.isFile() ? [{ name, path, size: found.size, isExecutable: (found.mode & 0o111) !== 0 }] : [];
    });
}

/** Whether a folder is a virtual environment, or one of conda. */
const isEnvironment = (folder: string): boolean =>
  ['pyvenv.cfg', 'conda-meta'].some((name) => existsSync(join(folder, name)));
