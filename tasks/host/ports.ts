// Checks ports of this machine that a program of firesteel needs.
import { createServer } from 'node:net';
import type { Finding } from '../steps/check.ts';
import { ok } from '../steps/check.ts';

/** Why nothing can listen there; undefined if something can. */
const whyTaken = (port: number, host: string | undefined): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer().unref();
    server.on('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(
        code === 'EADDRINUSE' ? 'used by another program' : code === 'EACCES' ? 'open only to programs of root' : code,
      ),
    );
    server.listen({ port, ...(host ? { host } : {}) }, () => server.close(() => resolve(undefined)));
  });

/** Whether all of these are free, at one address or at all of them. */
export async function portsFinding(ports: readonly number[], host?: string): Promise<Finding> {
  const reasons = await Promise.all(ports.map((port) => whyTaken(port, host)));
  const taken = ports.flatMap((port, i) => (reasons[i] ? [{ port, why: reasons[i] }] : []));
  const [first] = taken;
  if (!first) return ok(`${ports.join(', ')} free`);
  const lines = taken.map(({ port, why }) => `port ${port} is ${why}`);
  return {
    state: 'missing',
    seen: lines[0] ?? '',
    more: lines.slice(1),
    remedies: [{ text: `stop the program that listens there: ss -ltnp 'sport = :${first.port}'` }],
  };
}
