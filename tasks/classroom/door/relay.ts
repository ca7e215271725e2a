// Forwards ports of this machine to the port of the door, as raw TCP.
// The door distinguishes seats by the port that browsers name in their requests.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCode, Failure } from '../../core/failure.ts';
import { isBlocked, listen } from './addresses.ts';

export interface RelayOptions {
  /** Of this machine, as on the hand-outs. */
  address: string;
  /** A port for each seat. */
  ports: readonly number[];
  /** The door. */
  target: { host: string; port: number };
  /** Finds the door again, for when it does not answer where it was. */
  findTarget?: () => Promise<{ host: string; port: number }>;
  /** Connections that one address may have open at a time, and all together. */
  limits?: { each: number; all: number };
  /** How long a new connection waits for a door that is being replaced. Milliseconds. */
  patience?: number;
  /** Called with a sentence about what goes wrong, once until it goes well again. */
  onTrouble?: (text: string) => void;
}

export interface Relay {
  /** Connections that are open now. */
  open(): number;
  /** Addresses that have been connected so far. */
  clients(): number;
  /** Settled once nothing listens any more, with the number of connections that were open at the end. */
  closed: Promise<number>;
}

/** A student's browser holds up to ten; a room behind one address holds those of all. */
export const connectionLimits = (seats: number): { each: number; all: number } => ({
  each: Math.max(512, 16 * seats),
  all: Math.max(20_000, 32 * seats),
});
const usualPatience = 15_000;
const pauseMs = 250;
/** A door that does not answer at all is dialled again after this time. */
const dialMs = 3000;
/** A client that is asked whether it is still there: a laptop that sleeps says nothing. */
const keepAliveMs = 60_000;
/** How long a client may keep a connection that the door has ended. */
const farewellMs = 30_000;

const socketOptions = {
  // A connection is not read from until there is a door to read for.
  pauseOnConnect: true,
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: keepAliveMs,
};

/** Listens until `signal` aborts. Throws Failure if a port cannot be had; then none is. */
export async function relay(options: RelayOptions, signal: AbortSignal): Promise<Relay> {
  const { address, ports, limits = connectionLimits(ports.length), patience = usualPatience } = options;
  const pairs = new Set<Socket>();
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  const troubles = new Set<string>();

  const trouble = (kind: string, text: string): void => {
    if (!troubles.has(kind)) options.onTrouble?.(text);
    troubles.add(kind);
  };

  let finding: Promise<void> | undefined;
  /** One look at a time, however many clients wait. */
  const findAgain = async (): Promise<void> => {
    finding ??= options.findTarget?.().then(
      (found) => void Object.assign(options.target, found),
      () => {},
    );
    await finding;
    finding = undefined;
  };

  /** A connection to the door; undefined if there is none in time, or the client has gone. */
  async function reach(client: Socket): Promise<Socket | undefined> {
    const deadline = performance.now() + patience;
    for (;;) {
      const { host, port } = options.target;
      const door = await dial(host, port).catch((error: NodeJS.ErrnoException) => {
        trouble('door', `the door does not answer at ${host}:${port}: ${error.code}`);
      });
      if (door) {
        troubles.delete('door');
        return door;
      }
      if (client.destroyed || signal.aborted || performance.now() > deadline) return undefined;
      await Promise.all([findAgain(), sleep(pauseMs)]);
    }
  }

  async function serve(client: Socket): Promise<void> {
    const from = client.remoteAddress ?? '';
    const count = (counts.get(from) ?? 0) + 1;
    client.on('error', () => client.destroy());
    if (count > limits.each || pairs.size >= limits.all) {
      if (count > limits.each) trouble(from, `${from} has ${limits.each} connections open: firesteel refuses more`);
      else trouble('all', `${limits.all} connections are open: firesteel refuses more`);
      client.destroy();
      return;
    }
    counts.set(from, count);
    seen.add(from);
    pairs.add(client);
    client.on('close', () => {
      pairs.delete(client);
      const left = (counts.get(from) ?? 1) - 1;
      if (left > 0) counts.set(from, left);
      else counts.delete(from);
      if (left < limits.each / 2) troubles.delete(from);
      if (pairs.size < limits.all / 2) troubles.delete('all');
    });
    const door = await reach(client);
    if (door) join(client, door);
    else client.destroy();
  }

  const servers: Server[] = [];
  let last = 0;
  const end = (): void => {
    last = pairs.size;
    for (const server of servers) server.close();
    for (const client of pairs) client.destroy();
  };
  try {
    for (const port of ports) {
      if (isBlocked(port))
        throw new Failure(`browsers refuse to open port ${port}`, {
          hint: 'choose another port: --set classroom.door.port=8443',
        });
      const server = createServer(socketOptions, (client) => void serve(client));
      servers.push(server);
      await listen(server, address, port);
    }
  } catch (error) {
    end();
    throw error;
  }
  const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.on('close', resolve))));
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return { open: () => pairs.size, clients: () => seen.size, closed: closed.then(() => last) };
}

/** `8443`, or `8443 to 8472`. */
const shownPorts = (ports: readonly number[]): string => {
  const [first, last] = [Math.min(...ports), Math.max(...ports)];
  return first === last ? `${first}` : `${first} to ${last}`;
};

/** Where the progress is shown. */
interface RelayDisplay {
  line(text: string): void;
  /** All ports are open. */
  onOpen?(): void;
}

/** Relays until Ctrl-C, which ends it with 130 and says how many were connected. */
export async function relayUntilInterrupted(
  options: RelayOptions,
  signal: AbortSignal,
  { line, onOpen }: RelayDisplay,
): Promise<never> {
  const { address, ports } = options;
  const running = await relay({ ...options, onTrouble: line }, signal);
  line(`https://${address}, ports ${shownPorts(ports)}, forwards to the class until Ctrl-C`);
  line(`if no student can connect: allow TCP ports ${shownPorts(ports)} through the firewall of this machine`);
  onOpen?.();
  const open = await running.closed;
  throw new Failure(`interrupted; connections open: ${open}, addresses seen: ${running.clients()}`, {
    exitCode: exitCode.interrupted,
    hint: 'run the same command again to reconnect the students',
  });
}

const dial = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const door = connect({ host, port, noDelay: true, allowHalfOpen: true });
    const late = setTimeout(() => door.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), dialMs);
    door.once('error', reject);
    door.on('error', () => door.destroy());
    door.on('close', () => clearTimeout(late));
    door.once('connect', () => {
      clearTimeout(late);
      resolve(door);
    });
  });

/** Each side is read no faster than the other takes, and an end of one is an end of the other. */
function join(client: Socket, door: Socket): void {
  client.on('close', () => door.destroy());
  // What came before a success is still written out; after an error nothing is to be trusted.
  door.on('close', (failed) => {
    if (failed) client.destroy();
    else client.setTimeout(farewellMs, () => client.destroy()).end();
  });
  if (client.destroyed) door.destroy();
  else client.pipe(door).pipe(client);
}
