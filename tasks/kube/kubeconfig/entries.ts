// Reads what the library drops of a kubeconfig: some keys of users, and entries that lack something.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure, messageOf } from '../../core/failure.ts';
import { readLoosely } from '../../core/yaml.ts';
import type { KubeSource } from '../types.ts';
import { namedItems } from './text.ts';

/** What a user has besides a name and a certificate. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo */
interface User {
  tokenFile?: string;
  'as-groups'?: string[];
  'as-uid'?: string;
  'as-user-extra'?: Record<string, string[]>;
}

interface Entry {
  context?: { cluster?: string; user?: string } | null;
  cluster?: { server?: string } | null;
  user?: User | null;
}

/** One context with what it names, as far as that is there. */
export interface ContextEntries {
  /** Names of all contexts. */
  known: string[];
  /** Why the context leads to no server; undefined if it has one. */
  lack: string | undefined;
  user: User;
}

/** The entries of the source's context in the text of its file. */
export function contextEntries(text: string, { path, context: name }: KubeSource): ContextEntries {
  const config = readLoosely(text);
  const named = (list: string, wanted: string | undefined) =>
    namedItems<Entry>(config, list).find((item) => wanted !== undefined && item.name === String(wanted));
  const context = named('contexts', name);
  const { cluster, user } = context?.context ?? {};
  const lack = () => {
    if (!context) return `kubeconfig ${path} has no context "${name}"`;
    if (!cluster) return `context "${name}" of kubeconfig ${path} names no cluster`;
    const found = named('clusters', cluster);
    if (!found) return `cluster "${cluster}" of context "${name}" is not in kubeconfig ${path}`;
    return found.cluster?.server ? undefined : `cluster "${cluster}" of kubeconfig ${path} names no server`;
  };
  return {
    known: namedItems<Entry>(config, 'contexts').map((item) => item.name),
    lack: lack(),
    user: named('users', user)?.user ?? {},
  };
}

/** The headers of impersonation beyond a name; several lines for several groups. */
export function impersonation(user: User): Record<string, string | string[]> {
  const extra = Object.entries(user['as-user-extra'] ?? {}).map(
    ([key, values]) => [`Impersonate-Extra-${headerWord(key)}`, [values].flat().map(String)] as const,
  );
  return {
    ...(user['as-uid'] ? { 'Impersonate-Uid': String(user['as-uid']) } : {}),
    ...(user['as-groups']?.length ? { 'Impersonate-Group': [user['as-groups']].flat().map(String) } : {}),
    ...Object.fromEntries(extra),
  };
}

/** The API server reads percent escapes in the name of such a header: k8s.io/client-go/transport/round_trippers.go. */
const headerWord = (key: string): string => encodeURIComponent(key).replaceAll('(', '%28').replaceAll(')', '%29');

/** What the user's tokenFile holds now, which goes before a token in the kubeconfig; undefined without such a file. */
export async function readToken({ tokenFile }: User, { path, context }: KubeSource): Promise<string | undefined> {
  if (!tokenFile) return undefined;
  const file = resolve(dirname(path), tokenFile);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure(`cannot read the token of context "${context}": ${messageOf(error)}`, {
      hint: `write the token to ${file}, or change tokenFile in ${path}`,
      cause: error,
    });
  });
  if (text.trim() === '') throw new Failure(`the token file ${file} of context "${context}" is empty`);
  return text.trim();
}
