// Finds free ports of 127.0.0.1.
import { createServer } from 'node:net';
import { Failure } from '../failure.ts';

const furtherPorts = 100;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** The first free port from `wanted` on that is none of `others`. */
export async function freePort(wanted: number, others: readonly number[] = []): Promise<number> {
  for (let port = wanted; port < wanted + furtherPorts; port++)
    if (!others.includes(port) && (await isFree(port))) return port;
  throw new Failure(`no free port from ${wanted} to ${wanted + furtherPorts - 1}`, {
    hint: 'stop one of the programs that listen there: ss -lntp lists them',
  });
}
