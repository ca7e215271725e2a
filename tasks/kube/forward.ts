// Forwards local ports to pods; each connection finds the present pod.
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { Failure } from '../core/failure.ts';
import { httpStatusOf } from './failure.ts';
import type { KubeObject } from './object.ts';
import type { Forward, ForwardOptions, ForwardTarget, Manifest } from './types.ts';

type Pod = KubeObject<V1Pod>;

/** What a forward needs of a cluster. */
export interface ForwardLink {
  pods(target: ForwardTarget): Promise<Manifest[]>;
  /** A connection to the target's port of that pod; Failure if it cannot be had. */
  dial(target: ForwardTarget, pod: string): Promise<Duplex>;
}

/** How long a connection waits for a pod that is on its way, and between two looks. Milliseconds. */
const patienceMs = 15_000;
const pauseMs = 250;
/** How long the pod may say nothing to someone who has said all. */
const silenceMs = 30_000;
const host = '127.0.0.1';
const host6 = '::1';
/** Ports tried after a taken one. */
const furtherPorts = 50;

/** The newest pod that runs and is not being deleted. */
export function runningPod(pods: readonly Manifest[]): Manifest | undefined {
  const isRunning = ({ metadata, status }: Pod) => !metadata.deletionTimestamp && status?.phase === 'Running';
  const madeAt = ({ metadata }: Pod) => metadata.creationTimestamp ?? '';
  return (pods as Pod[]).filter(isRunning).sort((a, b) => madeAt(b).localeCompare(madeAt(a)))[0];
}

/** Listens until `signal` aborts; see Kube.forward. `patience` in milliseconds. */
export async function openForward(
  link: ForwardLink,
  targets: readonly ForwardTarget[],
  options: ForwardOptions,
  patience = patienceMs,
): Promise<Forward> {
  const { signal } = options;
  const open = new Set<Duplex>();
  let reached = '';
  let trouble = '';

  async function reach(): Promise<Duplex> {
    for (const target of targets) {
      const name = runningPod(await link.pods(target))?.metadata.name;
      if (!name) continue;
      const tunnel = await link.dial(target, name);
      trouble = '';
      const where = `${target.namespace}/${name}:${target.port}`;
      if (reached !== where) options.onReach?.(target, name);
      reached = where;
      return tunnel;
    }
    throw new Failure(`no pod runs at ${targets.map(shownTarget).join(' or ')}`);
  }

  async function serve(local: Socket): Promise<void> {
    open.add(local);
    local.on('error', () => local.destroy()).on('close', () => open.delete(local));
    const deadline = performance.now() + patience;
    while (!local.destroyed && !signal.aborted) {
      try {
        join(local, await reach());
        return;
      } catch (error) {
        const why = (error as Error).message;
        if (why !== trouble && !signal.aborted) options.onTrouble?.(why);
        trouble = why;
        const isForbidden = [401, 403].includes(httpStatusOf(error) ?? 0);
        if (isForbidden || performance.now() > deadline) break;
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
    local.destroy();
  }

  function join(local: Socket, tunnel: Duplex): void {
    open.add(tunnel);
    tunnel.on('close', () => {
      open.delete(tunnel);
      // What came before the end is still written out; after an error nothing is to be trusted.
      if (tunnel.errored) local.destroy();
      else local.end();
    });
    local.on('close', () => tunnel.destroy());
    // A client that has sent everything may still listen. The pod cannot learn that, and may wait for ever.
    local.on('end', () => local.setTimeout(silenceMs, () => local.destroy()));
    if (local.destroyed || signal.aborted) tunnel.destroy();
    else local.pipe(tunnel).pipe(local);
  }

  // A connection is not read from until there is a pod to read for.
  const make = () => createServer({ pauseOnConnect: true, allowHalfOpen: true }, (local) => void serve(local));
  const { port, servers } = await listen(make, options.isLocalhost ? [host, host6] : [host], options.localPort);
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const closed = ended.then(async () => {
    const closing = servers.map(close);
    for (const one of open) one.destroy();
    await Promise.all(closing);
  });
  return { address: `${host}:${port}`, port, closed };
}

const shownTarget = ({ namespace, pod, selector }: ForwardTarget): string => `${namespace}/${pod ?? selector ?? ''}`;

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Takes the first port from `wanted` on that is free on every host. */
async function listen(
  make: () => Server,
  hosts: readonly string[],
  wanted = 0,
): Promise<{ port: number; servers: Server[] }> {
  for (let further = 0; ; further++) {
    const port = wanted === 0 ? 0 : wanted + further;
    const servers: Server[] = [];
    try {
      let taken = port;
      for (const one of hosts) {
        const server = make();
        if (!(await isListening(server, taken, one))) continue;
        servers.push(server);
        taken = (server.address() as { port: number }).port;
      }
      return { port: taken, servers };
    } catch (error) {
      await Promise.all(servers.map(close));
      const { code } = error as NodeJS.ErrnoException;
      const isTaken = code === 'EADDRINUSE' || code === 'EACCES';
      if (!isTaken || further >= furtherPorts)
        throw new Failure(`cannot listen on ${host}:${port}: ${code}`, {
          hint: `stop the program that listens there: ss -ltnp 'sport = :${port}'`,
        });
    }
  }
}

/** Whether the server listens there; false where the machine has no such address. */
async function isListening(server: Server, port: number, address: string): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (address === host6 && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) return false;
    throw error;
  }
}
