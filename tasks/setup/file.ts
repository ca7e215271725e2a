// The file of a profile: its path, its content, and what stays of an existing file.
import { existsSync, realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCode, Failure, messageOf, usageFailure } from '../core/failure.ts';
import { writeFiles } from '../core/files/changes.ts';
import { fileTrouble } from '../core/files/trouble.ts';
import { pastedPath, projectPath } from '../core/paths.ts';
import { openYaml, toYaml } from '../core/yaml.ts';
import { keySchemaAt, keysAt } from '../profile/keys.ts';
import { valueIn } from '../profile/problems.ts';
import { isMap, isProfilePath, profileNameOf, put, type Tree } from '../profile/read.ts';
import { type Draft, leavesOf, otherKinds, treeOf } from './draft.ts';

/** Where a profile is kept. */
export interface Place {
  name: string;
  path: string;
  /** As `--profile` takes it. */
  option: string;
}

/** Whether setup runs in the folder of firesteel's own sources, which has profiles/. */
const isInProject = (): boolean => realpathSync(process.cwd()) === realpathSync(projectPath());

/** A path that ends in .yaml or .yml is taken unchanged; a name goes to profiles/ in the sources, elsewhere to the present folder. */
export function placeOf(text: string): Place {
  const nameOrPath = pastedPath(text);
  if (isProfilePath(nameOrPath)) return { name: profileNameOf(nameOrPath), path: nameOrPath, option: nameOrPath };
  const file = `${nameOrPath}.yaml`;
  return isInProject()
    ? { name: nameOrPath, path: join('profiles', file), option: nameOrPath }
    : { name: nameOrPath, path: file, option: file };
}

/** The present file; undefined if there is none. Throws a usage Failure for a folder, or a file that this user may not read. */
export const readPlace = ({ path }: Pick<Place, 'path'>): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw usageFailure(
      error.code === 'EISDIR' ? `${path}: a folder, not a file` : (fileTrouble(error) ?? `${path}: ${error.message}`),
    );
  });

/** What the system answers where another place cures it. */
const placeCodes = ['EACCES', 'EEXIST', 'EISDIR', 'ENOTDIR', 'EPERM', 'EROFS'];

/** Writes the file; one that exists keeps its mode. */
export async function writePlace({ path }: Pick<Place, 'path'>, content: string): Promise<void> {
  try {
    const mode = existsSync(path) ? { mode: (await stat(path)).mode & 0o777 } : {};
    await writeFiles([{ path, content, ...mode }]);
  } catch (error) {
    const isUsage = placeCodes.includes((error as NodeJS.ErrnoException).code ?? '');
    throw new Failure(`cannot write ${path}: ${messageOf(error)}`, {
      hint: 'name another place with --name',
      exitCode: isUsage ? exitCode.usage : exitCode.failed,
      cause: error,
    });
  }
}

/** The schema for editors, where one is near enough to be found on another machine as well. */
function schemaLine({ path }: Place): string[] {
  const here = existsSync(join(dirname(path), 'schema.json'));
  const installed = join('node_modules', 'firesteel', 'profiles', 'schema.json');
  const schema = here ? 'schema.json' : existsSync(join(dirname(path), installed)) ? installed : undefined;
  return schema ? [`# yaml-language-server: $schema=${schema}`] : [];
}

/** The whole file. Comments, order and unknown keys of `before` stay; a new one has only what differs from the defaults. */
export function fileText(draft: Draft, place: Place, before: string | undefined): string {
  if (before === undefined) {
    const tree = inOrder(withoutDefaults(treeOf(draft), draft.offer.values));
    const head = [...schemaLine(place), `# ${draft.offer.title}. Made by firesteel setup.`, ''];
    return `${head.join('\n')}\n${toYaml(tree)}`;
  }
  const { document, text } = openYaml(before);
  if (document.contents === null) Object.assign(document, { contents: document.createNode({}) });
  for (const other of otherKinds(String(draft.offer.values['cluster']))) document.delete(other);
  const tree = treeOf(draft);
  for (const path of Object.keys(draft.offer.values).map((key) => key.split('.')))
    setUnlessThere(document, path, valueIn(tree, path));
  for (const { path, value } of draft.answers.values()) setUnlessThere(document, path.map(String), value);
  return text();
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const isDefault = (path: readonly string[], value: unknown): boolean => same(keySchemaAt(path)?.default, value);

/** What differs from the defaults, and what makes the cluster what it is. */
function withoutDefaults(tree: Tree, kept: Draft['offer']['values']): Tree {
  const less: Tree = {};
  for (const { path, value } of leavesOf(tree))
    if (path.join('.') in kept || !isDefault(path, value)) put(less, path, value);
  return less;
}

/** Keys in the order of the schema, those of open maps unchanged. */
function inOrder(tree: Tree, path: readonly string[] = []): Tree {
  const known = keysAt(path);
  const place = (key: string) => (known.includes(key) ? known.indexOf(key) : known.length);
  return Object.fromEntries(
    Object.entries(tree)
      .sort(([a], [b]) => place(a) - place(b))
      .map(([key, value]) => [key, isMap(value) ? inOrder(value, [...path, key]) : value]),
  );
}

/** An equal value keeps the way it was written. */
function setUnlessThere(document: ReturnType<typeof openYaml>['document'], path: string[], value: unknown): void {
  const now: unknown = document.getIn(path);
  const plain = typeof now === 'object' && now !== null && 'toJSON' in now ? (now.toJSON as () => unknown)() : now;
  if (same(plain, value) || (now === undefined && isDefault(path, value))) return;
  // No value is the default, which may be written out.
  if (value === undefined && isDefault(path, plain)) return;
  const node = document.getIn(path, true);
  const isScalar = typeof node === 'object' && node !== null && 'source' in node && 'value' in node;
  // A text may stand without quotes, as in `cores: 1`.
  if (isScalar && node.source === value) return;
  if (value === undefined) return void document.deleteIn(path);
  // A key without a value, such as `gke:`, has nowhere to put one: the map is made with what is in it.
  const there = path.findIndex((_, length) => length > 0 && !isMapNode(document.getIn(path.slice(0, length))));
  if (there > 0) {
    const [key = '', ...rest] = path.slice(there - 1).reverse();
    const nested = rest.slice(0, -1).reduce<unknown>((inner, outer) => ({ [outer]: inner }), { [key]: value });
    document.setIn(path.slice(0, there), document.createNode(nested));
    return;
  }
  // A scalar that was read goes out as it was written, so it is made to forget that; its comment stays.
  if (isScalar && !Array.isArray(value)) Object.assign(node, { value, source: undefined });
  else document.setIn(path, value);
}

const isMapNode = (node: unknown): boolean => typeof node === 'object' && node !== null && 'items' in node;
