// Checks ports of this machine that a program of firesteel needs.
import { createServer } from 'node:net';
import { type Finding, findingOf } from '../steps/check.ts';

/** Why nothing can listen at a port, and what to do. */
interface Obstacle {
  seen: string;
  cure: string;
}

/** By the error of listen(2): https://man7.org/linux/man-pages/man2/bind.2.html */
export function obstacleOf({ code, message }: NodeJS.ErrnoException, port: number, host = 'the address'): Obstacle {
  if (code === 'EADDRINUSE')
    return {
      seen: `port ${port} is used by another program`,
      cure: `stop the program that listens there: ss -ltnp 'sport = :${port}'`,
    };
  if (code === 'EACCES')
    return { seen: `port ${port} is open only to programs of root`, cure: 'choose a port above 1023' };
  if (code === 'EADDRNOTAVAIL')
    return {
      seen: `port ${port} cannot be opened: ${host} is not an address of this machine`,
      cure: `choose an address of this machine, or connect to the network of ${host}`,
    };
  return { seen: `port ${port} cannot be opened: ${message}`, cure: 'choose another port or address' };
}

/** Why nothing can listen there; undefined if something can. */
const obstacleAt = (port: number, host: string | undefined): Promise<Obstacle | undefined> =>
  new Promise((resolve) => {
    const server = createServer().unref();
    server.on('error', (error) => resolve(obstacleOf(error, port, host)));
    server.listen({ port, ...(host ? { host } : {}) }, () => server.close(() => resolve(undefined)));
  });

/** Whether all of these are free, at one address or at all of them. */
export async function portsFinding(ports: readonly number[], host?: string): Promise<Finding> {
  const found = await Promise.all(ports.map((port) => obstacleAt(port, host)));
  const obstacles = found.flatMap((one) => one ?? []);
  const [first] = obstacles;
  return findingOf(
    'missing',
    obstacles.map(({ seen }) => seen),
    { fine: `${ports.join(', ')} free`, remedies: first ? [{ text: first.cure }] : [] },
  );
}
