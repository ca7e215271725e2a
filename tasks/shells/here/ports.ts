// The fixed ports of a driver on this machine, and listeners on them that a pod tries.
import { createServer, type Server } from 'node:net';
import { Failure } from '../../core/failure.ts';

/** Where each port is tried first; the next that is free is taken. */
const firstPorts = { driver: 7078, blockManager: 7079, ui: 4040 } as const;

export type DriverPorts = Record<keyof typeof firstPorts, number>;

const mostTries = 100;

export interface Listeners {
  ports: DriverPorts;
  /** Frees them for the driver. */
  close(): Promise<void>;
}

/**
 * Listens on all addresses of this machine; each connection is sent `word`, by which a pod knows that it is firesteel's.
 * Another firesteel leaves the ports out until this process ends: its driver opens them seconds after `close`.
 */
export async function openListeners(word: string): Promise<Listeners> {
  const servers: Server[] = [];
  const ports: Partial<DriverPorts> = {};
  for (const [name, first] of Object.entries(firstPorts)) {
    const server = await listen(first, word);
    servers.push(server);
    ports[name as keyof DriverPorts] = (server.address() as { port: number }).port;
  }
  return {
    ports: ports as DriverPorts,
    close: async () => {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** A name in the abstract namespace of Linux ends with its process; elsewhere there is none, and no reservation. */
const reserve = (port: number): Promise<boolean> =>
  process.platform === 'linux'
    ? new Promise((resolve) => {
        const name = createServer().unref();
        name.once('error', () => resolve(false));
        name.listen(`\0firesteel-driver-port-${port}`, () => resolve(true));
      })
    : Promise.resolve(true);

async function listen(first: number, word: string): Promise<Server> {
  for (let port = first; port < first + mostTries; port += 1) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${word}\n`);
    });
    const isOpen = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      );
      server.listen(port, '0.0.0.0', () => resolve(true));
    });
    if (isOpen && (await reserve(port))) return server;
    if (isOpen) server.close();
  }
  throw new Failure(`no free port from ${first} to ${first + mostTries - 1} on this machine`, {
    hint: 'stop one of the programs that listen there: ss --listening --tcp --processes',
  });
}
