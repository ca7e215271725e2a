// Brings a job's local files to its pods: small ones in a ConfigMap, large ones in a layer.
import { basename } from 'node:path';
import { usageFailure } from '../core/failure.ts';
import type { Layer } from '../images/layer/layer.ts';
import {
  type Given,
  type Item,
  inputItem,
  isBuiltWheel,
  isPackage,
  mainItem,
  moduleItem,
  plainItems,
} from './items.ts';

/** The API server refuses a ConfigMap whose values are larger: https://kubernetes.io/docs/concepts/configuration/configmap/ */
const mostBytes = 1024 * 1024;

/** Where the driver has the files of the ConfigMap. */
export const shippedFolder = '/opt/spark/job/shipped';

/** What a job has on this machine, or somewhere that Spark knows. */
export interface GivenFiles {
  main: Given;
  pyFiles: readonly Given[];
  jars: readonly Given[];
  files: readonly Given[];
  /** Files that the driver alone reads, from where its arguments say. */
  inputs?: readonly Given[];
}

/** As a ConfigMap's volume has it. */
export interface ShippedPath {
  key: string;
  path: string;
  mode?: number;
}

/** The same on its way. */
export interface Shipped {
  /** The program's address in the driver. */
  main: string;
  /** Content of the ConfigMap. */
  files: Record<string, string | Uint8Array>;
  /** Where those of its files stand that have another path than their key, from its folder on. */
  paths: ShippedPath[];
  /** Addresses by the properties that list them: spark.submit.pyFiles, spark.jars, spark.files. */
  lists: Record<string, string[]>;
  layer: Pick<Layer, 'files' | 'pip'>;
  /** Where the driver has each of the inputs, by its path on this machine. */
  inputs: Record<string, string>;
}

/** `local:///…`, `https://…`: nothing to bring. */
export const isAddress = (path: string): boolean => /^[a-z][a-z0-9+.-]+:\//i.test(path);

/** Plans the way of each file. Only reads; a usage Failure says what cannot be brought. */
export function shipFiles({ main, pyFiles, jars, files, inputs = [] }: GivenFiles): Shipped {
  const modules = once([...(main.path.endsWith('.zip') ? [main] : []), ...pyFiles]);
  const moduleItems = bring(withPlaces(modules.filter(({ path }) => !isBuiltWheel(path))), (given) => [
    moduleItem(given),
  ]);
  const home = moduleItems.find((item) => typeof item !== 'string' && programIn(item, main) !== undefined) as
    | Item
    | undefined;
  const share = sharing();
  const program = home ? [home] : share(bring([main], (given) => [mainItem(given)]));
  const lists = {
    'spark.submit.pyFiles': share(moduleItems.filter((item) => item !== home)),
    'spark.jars': share(bring(once(jars), (given) => plainItems(given, '.jar'))),
    'spark.files': share(bring(once(files), (given) => plainItems(given))),
  };
  const ownInputs = inputs.map((given) => ({ path: given.path, item: inputItem(given) }));
  const all = [...program, ...Object.values(lists).flat(), ...ownInputs.map(({ item }) => item)];
  const items = [...new Set(all.filter((one) => typeof one !== 'string'))];
  verifyNames(items);
  const small = smallItems(items);
  const { files: content, paths } = configMapOf([...small]);
  /** Of the image's files, Spark's server need only hand out those without a place in each executor. */
  const addressOf = (item: string | Item, inImage: 'local' | 'file'): string[] => {
    if (typeof item === 'string') return [item];
    if (item === home) return [homeAddress(item)];
    if (small.has(item)) return item.isOnPath ? [] : [`file://${shippedFolder}/${item.name}`];
    return item.isOnPath ? [] : (item.layer ?? []).map(({ to }) => `${inImage}://${to}`);
  };
  /** A program in a folder of modules runs from there, for what it reads stands beside it. */
  const homeAddress = (folder: Item): string => {
    const at = programIn(folder, main) ?? 0;
    return small.has(folder) ? `file://${shippedFolder}/${folder.parts[at]?.to}` : `local://${folder.layer?.[at]?.to}`;
  };
  return {
    main: program.flatMap((item) => addressOf(item, 'local')).join(),
    files: content,
    paths,
    lists: Object.fromEntries(
      Object.entries(lists)
        .map(
          ([key, list]) =>
            [key, list.flatMap((item) => addressOf(item, key === 'spark.jars' ? 'local' : 'file'))] as const,
        )
        .filter(([, addresses]) => addresses.length > 0),
    ),
    layer: {
      files: items.filter((item) => !small.has(item)).flatMap(({ layer = [] }) => layer),
      pip: modules.filter(({ path }) => isBuiltWheel(path)).map(({ path }) => path),
    },
    inputs: Object.fromEntries(
      ownInputs.map(({ path, item }) => [path, addressOf(item, 'file').join().replace('file://', '')]),
    ),
  };
}

/** Each file once, though a pattern of the shell or two lists may name it again. */
const once = (given: readonly Given[]): Given[] =>
  given.filter(({ path }, i) => given.findIndex((one) => one.path === path) === i);

/** Folders of modules such as a/src and b/src, each with a place among the others; of two packages one would hide the other. */
function withPlaces(given: readonly Given[]): Given[] {
  const seen = new Map<string, Given[]>();
  return given.map((one) => {
    const name = basename(one.path);
    const others = seen.get(name) ?? [];
    const isHidden = isPackage(one.path) && others.some(({ path }) => isPackage(path));
    if (name.includes('.') || isAddress(one.path) || isHidden) return one;
    seen.set(name, [...others, one]);
    return others.length === 0 ? one : { ...one, place: `${name}-${others.length + 1}` };
  });
}

/** Brings a file once that two lists name, such as a program among the modules. */
function sharing(): (items: (string | Item)[]) => (string | Item)[] {
  const known = new Map<string, Item>();
  return (items) =>
    items.map((item) => {
      const [part, ...others] = typeof item === 'string' ? [] : item.parts;
      if (typeof item === 'string' || part?.from === undefined || others.length > 0) return item;
      const key = `${part.from}\0${part.to}`;
      const first = known.get(key) ?? item;
      known.set(key, first);
      return first;
    });
}

const bring = (given: readonly Given[], items: (given: Given) => Item[]): (string | Item)[] =>
  given.flatMap((one): (string | Item)[] => (isAddress(one.path) ? [one.path] : items(one)));

/** Which of a folder's files is the program; none if that is not in it, or an address could not name it. */
function programIn({ parts }: Item, main: Given): number | undefined {
  const at = parts.findIndex(({ from, to }) => from === main.path && to !== basename(to) && /^[-.\w/]+$/.test(to));
  return at < 0 ? undefined : at;
}

/** All files in one ConfigMap. Its keys have no "/": those of folders are named by their paths. */
function configMapOf(items: readonly Item[]): Pick<Shipped, 'files' | 'paths'> {
  const shipped: Pick<Shipped, 'files' | 'paths'> = { files: {}, paths: [] };
  for (const { to, content, isExecutable } of items.flatMap(({ parts }) => parts)) {
    const name = to
      .replaceAll('/', '__')
      .replaceAll(/[^-\w.]/g, '_')
      .slice(-200);
    let key = name;
    for (let other = 2; key in shipped.files; other++) key = `${other}-${name}`;
    shipped.files[key] = textOrBytes(content());
    if (key !== to) shipped.paths.push({ key, path: to, ...(isExecutable ? { mode: 0o755 } : {}) });
  }
  return shipped;
}

/** Keys of a ConfigMap; and Spark's addresses would have to be escaped for others. */
function verifyNames(items: readonly Item[]): void {
  const seen = new Set<string>();
  for (const { name, label } of items) {
    if (!/^(?!\.\.)[-.\w]{1,253}$/.test(name))
      throw usageFailure(
        `${label}: file name ${JSON.stringify(name)}: expected letters, digits, "-", "_" and "."`,
        'rename the file',
      );
    if (seen.has(name)) throw usageFailure(`${label}: another file has the same name, ${name}`, 'rename one of them');
    seen.add(name);
  }
}

/** The program, if it can be, and then the smallest first as many as fit into one ConfigMap together. */
function smallItems([program, ...others]: readonly Item[]): Set<Item> {
  const small = new Set<Item>();
  let left = mostBytes;
  const ascending = others.sort((a, b) => a.size - b.size);
  for (const item of program ? [program, ...ascending] : [])
    if (item.size <= left) {
      small.add(item);
      left -= item.size;
    } else if (!item.layer) throw usageFailure(`${item.label}: ${item.name} is larger than ${mostBytes} bytes`);
  return small;
}

/** Text where it is text, which people can read in the ConfigMap. */
function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  if (bytes.includes(0)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}
