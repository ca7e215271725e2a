// Calls the API of a notebook server through a forward: its lock, its kernels, its files.
// https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html
import * as z from 'zod';
import { Failure } from '../../core/failure.ts';
import { findToken } from '../../servers/token.ts';
import type { Context } from '../../steps/types.ts';
import { verifyLocked } from '../dev/health.ts';
import { contentsOf, labAsk } from './lab-ask.ts';
import { labPort, serverSelector } from './names.ts';

/** How much there is; `isAll` is false where there are more folders than anybody wants to wait for. */
export interface LabContents {
  files: number;
  bytes: number;
  isAll: boolean;
}

/** What a server says of its use. */
export interface LabActivity {
  kernels: number;
  /** When a kernel, a terminal or a request was last at work. */
  last: Date;
}

/** A server that takes our token and turns others away. */
export interface LabLink {
  /** Kernels that run. */
  kernels(): Promise<number>;
  /** What is at work, and when something last was. */
  activity(): Promise<LabActivity>;
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
    const link = linkTo(address, token, signal);
    if ((await link.kernels().catch(() => undefined)) === undefined) return undefined;
    return await action(link);
  } finally {
    ending.abort();
    await forward.closed;
  }
}

/** The owner of the pod may have put another program in the place of JupyterLab: no answer is taken on trust. */
export function linkTo(address: string, token: string, signal: AbortSignal): LabLink {
  const ask = labAsk({ address, token, signal });
  const verified = async (path: string, file: object, ms?: number) => {
    const { isThere } = await ask('PUT', contentsOf(path), { body: file, ...(ms ? { ms } : {}) });
    if (!isThere)
      throw new Failure(`JupyterLab cannot store ${path}`, { hint: 'check that the folder of that file exists' });
  };
  return {
    kernels: async () => (await ask('GET', 'kernels')).read(z.array(z.unknown())).length,
    activity: async () => {
      const { kernels, last_activity } = (await ask('GET', 'status')).read(status);
      return { kernels, last: new Date(last_activity) };
    },
    contents: () =>
      contentsBelow(async (path) => (await ask('GET', `${contentsOf(path)}?type=directory`)).read(folder)),
    has: async (path) => (await ask('GET', `${contentsOf(path)}?content=0`)).isThere,
    put: (path, content) => {
      const text = Buffer.from(content).toString('base64');
      return verified(path, { type: 'file', format: 'base64', content: text }, transferMs);
    },
    hashOf: async (path) => {
      const { isThere, read } = await ask('GET', `${contentsOf(path)}?content=0&hash=1`);
      if (!isThere) return undefined;
      const { hash, hash_algorithm } = read(hashed);
      if (hash_algorithm !== 'sha256' || !hash) throw new Failure(`JupyterLab gives no SHA-256 of ${path}`);
      return hash;
    },
    read: async (path, mostBytes) => {
      const about = await ask('GET', `${contentsOf(path)}?content=0`);
      if (!about.isThere) return undefined;
      const { type, size } = about.read(entry);
      if (type === 'directory') throw new Failure(`${path} is a folder`);
      if ((size ?? 0) > mostBytes) throw new Failure(`${path} has ${size} bytes: more than ${mostBytes}`);
      const answer = await ask('GET', `${contentsOf(path)}?type=file&format=base64`, {
        ms: transferMs,
        mostBytes: encodedBytes(mostBytes),
      });
      const content = Buffer.from(answer.read(encoded).content, 'base64');
      if (content.length > mostBytes) throw new Failure(`${path} has more than ${mostBytes} bytes`);
      return content;
    },
    makeFolder: (path) => verified(path, { type: 'directory' }),
  };
}

/** For a file of many megabytes through a forward. */
const transferMs = 300_000;

/** Base64 in lines of 76 characters, whose ends JSON writes as two, and what is around it. */
const encodedBytes = (bytes: number): number => Math.ceil(((bytes * 4) / 3) * (78 / 76)) + 2 ** 16;

const encoded = z.object({ format: z.literal('base64'), content: z.string() });
const hashed = z.object({
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullish(),
  hash_algorithm: z.string().nullish(),
});
const status = z.object({ kernels: z.int().min(0), last_activity: z.iso.datetime({ offset: true }) });
const entry = z.object({ path: z.string(), type: z.string(), size: z.number().nullish() });
const folder = z.object({ content: z.array(entry).nullish() });

const mostFolders = 200;

async function contentsBelow(list: (path: string) => Promise<z.infer<typeof folder>>): Promise<LabContents> {
  const folders = [''];
  const found: LabContents = { files: 0, bytes: 0, isAll: true };
  for (let next = 0; next < folders.length && next < mostFolders; next++) {
    const { content } = await list(folders[next] ?? '');
    for (const { path, type, size } of content ?? [])
      if (type === 'directory') folders.push(path);
      else {
        found.files += 1;
        found.bytes += size ?? 0;
      }
  }
  return { ...found, isAll: folders.length <= mostFolders };
}
