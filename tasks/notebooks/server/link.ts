// Calls the API of a notebook server through a forward: its lock, its kernels, its files.
// https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html
import { Failure } from '../../core/failure.ts';
import { findToken } from '../../servers/token.ts';
import type { Context } from '../../steps/types.ts';
import { verifyLocked } from '../dev/health.ts';
import { labPort, serverSelector } from './names.ts';

const answerMs = 30_000;

/** How much there is; `isAll` is false where there are more folders than anybody wants to wait for. */
export interface LabContents {
  files: number;
  bytes: number;
  isAll: boolean;
}

/** A server that takes our token and turns others away. */
export interface LabLink {
  /** Kernels that run. */
  kernels(): Promise<number>;
  /** What the work folder holds, but for what is hidden. */
  contents(): Promise<LabContents>;
  /** Whether the work folder has something of this path. */
  has(path: string): Promise<boolean>;
  /** Puts a file there. */
  put(path: string, content: Uint8Array): Promise<void>;
  /** SHA-256 of a file there, as hex; undefined if there is none. */
  hashOf(path: string): Promise<string | undefined>;
  /** A file of there; undefined if there is none, Failure if it is larger. */
  read(path: string, mostBytes: number): Promise<Buffer | undefined>;
  /** Makes a folder there. */
  makeFolder(path: string): Promise<void>;
}

/**
 * Does something over a link, which it closes at the end. Returns undefined if the server does not answer, or not with its
 * token; Failure if it lets people in who have none, after `whenOpen`.
 */
export async function withLab<T>(
  { kube, profile, signal }: Pick<Context, 'kube' | 'profile' | 'signal'>,
  object: string,
  action: (link: LabLink) => Promise<T>,
  whenOpen: () => Promise<unknown> = async () => {},
): Promise<T | undefined> {
  const token = await findToken(kube, object, profile);
  if (!token) return undefined;
  const ending = new AbortController();
  const { namespace } = profile;
  const forward = await kube.forward([{ namespace, selector: serverSelector(object), port: labPort }], {
    signal: AbortSignal.any([signal, ending.signal]),
  });
  try {
    const address = `http://${forward.address}`;
    const look = () =>
      verifyLocked(address).catch(async (error: unknown) => {
        await whenOpen();
        throw error;
      });
    // On a busy machine the first connection takes longer than one look.
    const isLocked = (await look()) || (await look()) || (await look());
    if (!isLocked) return undefined;
    const link = linkTo(address, token);
    if ((await link.kernels().catch(() => undefined)) === undefined) return undefined;
    return await action(link);
  } finally {
    ending.abort();
    await forward.closed;
  }
}

function linkTo(address: string, token: string): LabLink {
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${address}/api/${path}`, {
      method,
      headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(answerMs),
    });
    if (!answer.ok && answer.status !== 404)
      throw new Failure(`JupyterLab answers ${answer.status} to ${method} ${path}`, { output: await answer.text() });
    return answer;
  };
  const contents = (path: string) => `contents/${path.split('/').map(encodeURIComponent).join('/')}`;
  return {
    kernels: async () => ((await (await ask('GET', 'kernels')).json()) as unknown[]).length,
    contents: () => contentsBelow((path) => ask('GET', `${path === '' ? 'contents' : contents(path)}?type=directory`)),
    has: async (path) => (await ask('GET', `${contents(path)}?content=0`)).ok,
    put: async (path, content) => {
      const text = Buffer.from(content).toString('base64');
      await verified(path, ask('PUT', contents(path), { type: 'file', format: 'base64', content: text }));
    },
    hashOf: async (path) => {
      const answer = await ask('GET', `${contents(path)}?content=0&hash=1`);
      if (!answer.ok) return undefined;
      const { hash, hash_algorithm } = (await answer.json()) as {
        hash?: string | null;
        hash_algorithm?: string | null;
      };
      if (hash_algorithm !== 'sha256' || !hash) throw new Failure(`JupyterLab gives no SHA-256 of ${path}`);
      return hash;
    },
    read: async (path, mostBytes) => {
      const about = await ask('GET', `${contents(path)}?content=0`);
      if (!about.ok) return undefined;
      const { type, size } = (await about.json()) as { type: string; size?: number | null };
      if (type === 'directory') throw new Failure(`${path} is a folder`);
      if ((size ?? 0) > mostBytes) throw new Failure(`${path} has ${size} bytes: more than ${mostBytes}`);
      const answer = await ask('GET', `${contents(path)}?type=file&format=base64`);
      const { content = '' } = (await answer.json()) as { content?: string };
      return Buffer.from(content, 'base64');
    },
    makeFolder: async (path) => verified(path, ask('PUT', contents(path), { type: 'directory' })),
  };
}

const mostFolders = 200;

interface Entry {
  path: string;
  type: string;
  size?: number | null;
}

async function contentsBelow(list: (path: string) => Promise<Response>): Promise<LabContents> {
  const folders = [''];
  const found: LabContents = { files: 0, bytes: 0, isAll: true };
  for (let next = 0; next < folders.length && next < mostFolders; next++) {
    const { content = [] } = (await (await list(folders[next] ?? '')).json()) as { content?: Entry[] };
    for (const { path, type, size } of content)
      if (type === 'directory') folders.push(path);
      else {
        found.files += 1;
        found.bytes += size ?? 0;
      }
  }
  return { ...found, isAll: folders.length <= mostFolders };
}

async function verified(path: string, asked: Promise<Response>): Promise<void> {
  if (!(await asked).ok)
    throw new Failure(`JupyterLab cannot store ${path}`, { hint: 'check that the folder of that file exists' });
}
