// Adds a cluster's entry to the user's kubeconfig, or removes it, and changes nothing else.
import { lstat, readFile, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../core/failure.ts';
import { markedEncoding } from '../../core/files/encoding.ts';
import type { FileVerbs } from '../../core/types.ts';
import { type OpenYaml, openYaml } from '../../core/yaml.ts';
import { type Hold, withFileLock } from './file-lock.ts';

/** One cluster as a kubeconfig has it: cluster, user and context all bear its name. */
export interface KubeconfigEntry {
  name: string;
  /** `server`, `certificate-authority-data` … */
  cluster: Record<string, unknown>;
  /** `client-certificate-data`, `client-key-data`, `token` … */
  user: Record<string, unknown>;
  /** The context's default namespace. */
  namespace?: string;
}

type Write = FileVerbs['write'];

/** Says that an entry is ours: extensions are there for such notes, and kubectl keeps them. */
const mark = { name: 'firesteel', extension: { 'managed-by': 'firesteel' } };

const lists = ['clusters', 'users', 'contexts'] as const;
type List = (typeof lists)[number];

interface Item {
  name?: unknown;
  [key: string]: unknown;
}

function itemsOf({ name, cluster, user, namespace }: KubeconfigEntry): Record<List, Item> {
  const extensions = [mark];
  return {
    clusters: { name, cluster: { ...cluster, extensions } },
    users: { name, user: { ...user, extensions } },
    contexts: { name, context: { cluster: name, ...(namespace ? { namespace } : {}), user: name, extensions } },
  };
}

/** Whether the kubeconfig at `path` has this very entry. Throws Failure if it cannot be read as one. */
export async function isInKubeconfig(path: string, entry: KubeconfigEntry): Promise<boolean> {
  const config = await open(path);
  const items = itemsOf(entry);
  return lists.every((list) => read(config, list, path).some((item) => isDeepStrictEqual(item, items[list])));
}

/**
 * Adds or renews an entry in the kubeconfig at `path`, which is made if absent, mode 0600. Comments, order, other entries
 * and current-context stay. Throws Failure if the file cannot be read as a kubeconfig, or has the name and it is not ours.
 */
export async function mergeKubeconfig(
  path: string,
  entry: KubeconfigEntry,
  write: Write,
  hold: Hold = withFileLock,
): Promise<void> {
  await hold(path, async () => {
    const config = await open(path);
    const items = itemsOf(entry);
    for (const list of lists) {
      const old = read(config, list, path);
      const index = old.findIndex(({ name }) => name === entry.name);
      const value = config.document.createNode(items[list]);
      if (index >= 0 && !isOurs(old[index]))
        throw new Failure(`${path} has "${entry.name}" in ${list}, which firesteel did not make`, {
          hint: 'set clusterName to another name',
        });
      if (index >= 0) config.document.setIn([list, index], value);
      else if (old.length > 0) config.document.addIn([list], value);
      // An empty list is written `[]`, and would stay on one line.
      else config.document.set(list, listOf(items[list], config.document, list));
    }
    await save(path, config, write);
  });
}

/** Removes our entry of that name; false if there is none, and the file stays unchanged. */
export async function removeFromKubeconfig(
  path: string,
  name: string,
  write: Write,
  hold: Hold = withFileLock,
): Promise<boolean> {
  if (!(await lstat(path).catch(() => undefined))) return false;
  return hold(path, async () => {
    const config = await open(path);
    let removed = false;
    for (const list of lists) {
      const index = read(config, list, path).findIndex((item) => item.name === name && isOurs(item));
      if (index >= 0) removed = config.document.deleteIn([list, index]) || removed;
    }
    // A current-context that is gone now stays: kubectl then says so, instead of asking some other cluster.
    if (removed) await save(path, config, write);
    return removed;
  });
}

/** A list of one item, with the comment of the empty list that it replaces. */
function listOf(item: Item, document: OpenYaml['document'], list: List) {
  const node = document.createNode([item]);
  const { comment, commentBefore } = (document.get(list, true) ?? {}) as { comment?: string; commentBefore?: string };
  node.commentBefore = [commentBefore, comment].filter(Boolean).join('\n') || null;
  return node;
}

const isOurs = (item: Item | undefined): boolean =>
  Object.values(item ?? {}).some((value) => {
    const extensions = (value as { extensions?: unknown } | null)?.extensions;
    return Array.isArray(extensions) && extensions.some((extension: Item | null) => extension?.name === mark.name);
  });

async function open(path: string): Promise<OpenYaml> {
  const bytes = await readFile(path).catch(async (cause: NodeJS.ErrnoException) => {
    const isLink = await lstat(path).catch(() => undefined);
    if (cause.code === 'ENOENT' && !isLink) return Buffer.from('apiVersion: v1\nkind: Config\n');
    throw unreadable(path, isLink?.isSymbolicLink() ? 'it is a link to an unreadable file' : cause.message);
  });
  const text = textOf(bytes, path);
  const isEmpty = text.replaceAll(/^\s*(?:---|null|~|\{\})?\s*(?:#.*)?$/gm, '').trim() === '';
  const kept = text.replaceAll(/^\s*(?:null|~|\{\})/gm, '').trimEnd();
  const config = openYaml(isEmpty ? `${kept && `${kept}\n`}apiVersion: v1\nkind: Config\n` : text);
  if (config.problems[0]) throw unreadable(path, config.problems[0]);
  const value: unknown = config.document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(path, 'it is not a map');
  return config;
}

/** What cannot be written again as it was read is refused. */
function textOf(bytes: Uint8Array, path: string): string {
  const encoding = markedEncoding(bytes) ?? 'utf-8';
  if (encoding !== 'utf-8') throw unreadable(path, `it is ${encoding.toUpperCase()}: save it as UTF-8`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable(path, 'it is not UTF-8');
  }
}

const unreadable = (path: string, why: string) =>
  new Failure(`cannot read ${path} as a kubeconfig: ${why}`, {
    hint: 'correct the file, or set KUBECONFIG to another file',
  });

function read(config: OpenYaml, list: List, path: string): Item[] {
  const value: unknown = (config.document.toJS() as Record<string, unknown>)[list] ?? [];
  if (!Array.isArray(value)) throw unreadable(path, `${list} is not a list`);
  return value.map((item: Item | null) => item ?? {});
}

async function save(path: string, config: OpenYaml, write: Write): Promise<void> {
  const about = await stat(path).catch(() => undefined);
  // It holds keys: never readable for others, and not writable if its owner made it so.
  await write([{ path, content: config.text(), mode: about ? about.mode & 0o600 : 0o600 }]);
}
