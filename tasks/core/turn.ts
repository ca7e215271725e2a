// A lock: only one run on this machine starts or stops a cluster at a time.
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './failure.ts';
import { dataPath } from './paths.ts';

/**
 * A socket that is held is the lock: it goes with its process, however that ends. On Linux its name is an abstract one
 * (unix(7)), which leaves no file.
 */
const socketOf = (path: string): string =>
  process.platform === 'linux' ? `\0${turnName(path)}` : join(tmpdir(), `${turnName(path)}.sock`);

const isAbstract = (socket: string): boolean => socket.startsWith('\0');

/** The name of the socket, as the list of open sockets has it: /proc/net/unix of proc(5). */
export const turnName = (path: string): string =>
  `firesteel-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;

/** Who holds a socket, in the holder's own words; undefined if nobody does, and only its file is left. */
const holderOf = (socket: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    let words = '';
    const connection = createConnection(socket)
      .setTimeout(1000, () => connection.destroy())
      .on('data', (chunk) => {
        words += chunk;
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        // Without a holder there is at most the file of one.
        if (error.code === 'ECONNREFUSED' && (isAbstract(socket) || existsSync(socket))) resolve(undefined);
      })
      .on('close', () => resolve(words || 'another firesteel'));
  });

/**
 * Takes the turn at what lies at `path` for this process: how to give it back, or who has it. The path need not exist.
 * `command` is what others read of this process beside its id.
 */
export async function tryTurn(path: string, command = ''): Promise<{ release: () => void } | { holder: string }> {
  const socket = socketOf(path);
  const words = `process ${process.pid}${command && ` (${command})`}`;
  const server = createServer((connection) => connection.on('error', () => {}).end(words)).unref();
  const isTaken = await new Promise<boolean>((resolve, reject) =>
    server
      .once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(true) : reject(error)))
      .listen(socket, () => resolve(false)),
  );
  if (!isTaken) return { release: () => void server.close() };
  const holder = await holderOf(socket);
  if (holder) return { holder };
  if (!isAbstract(socket)) rmSync(socket, { force: true });
  return tryTurn(path, command);
}

/** Takes the turn at a cluster for this process; returns how to give it back. Failure if another process has it. */
export async function takeTurn(cluster: string): Promise<() => void> {
  const turn = await tryTurn(dataPath('clusters', cluster));
  if ('release' in turn) return turn.release;
  throw new Failure(`${turn.holder} is starting or stopping cluster ${cluster}`, {
    hint: 'wait until that process ends, then run the command again',
  });
}
