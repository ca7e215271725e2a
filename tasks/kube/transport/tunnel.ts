// One connection to a port of a pod: a WebSocket of the API server as a stream.
import { Duplex } from 'node:stream';
import { Failure } from '../../core/failure.ts';
import { httpStatusOf } from '../failure.ts';
import { objectPath } from '../paths.ts';
import type { Transport } from './transport.ts';

/** A byte in front of each message says what it is: 0 data, 1 error; the first message of either holds the port. */
const protocol = 'v4.channel.k8s.io';
const dataChannel = 0;
const errorChannel = 1;

/** A node reports a refused connection at once, and an accepted one not at all. Milliseconds. */
const refusalMs = 50;
const openMs = 10_000;
/** No more is read from a sender until this much has left. */
const mostBuffered = 1 << 20;
const drainMs = 10;

/** Opens it; Failure with what the API server, or the pod's node, says where that does not work. */
export async function openTunnel(
  transport: Transport,
  pod: { namespace: string; name: string },
  port: number,
): Promise<Duplex> {
  const what = `port ${port} of pod ${pod.namespace}/${pod.name}`;
  const path = objectPath(
    { plural: 'pods', namespaced: true },
    { apiVersion: 'v1', kind: 'Pod', ...pod },
    'portforward',
  );
  const socket = await transport.openSocket(`${path}?ports=${port}`, protocol);
  socket.binaryType = 'arraybuffer';

  async function drained(): Promise<void> {
    while (socket.bufferedAmount > mostBuffered && socket.readyState === socket.OPEN)
      await new Promise((resolve) => setTimeout(resolve, drainMs));
  }

  const tunnel = new Duplex({
    // What comes cannot be held back: a WebSocket has no way to say so.
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.readyState !== socket.OPEN) return done(new Failure(`${what}: the connection ended`));
      socket.send(Buffer.concat([Buffer.of(dataChannel), chunk]));
      drained().then(() => done(), done);
    },
    destroy: (error, done) => {
      socket.close();
      done(error);
    },
  });
  // A pipe adds its listener later; an error before that must not end the process.
  tunnel.on('error', () => {});

  const seen = [false, false];
  let unsaid = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => fail(new Failure(`${what}: no answer within ${openMs / 1000} s`)), openMs);
    let grace: NodeJS.Timeout | undefined;
    function fail(error: Error): void {
      clearTimeout(late);
      clearTimeout(grace);
      reject(error);
      tunnel.destroy(error);
    }
    function opened(): void {
      clearTimeout(late);
      grace ??= setTimeout(resolve, refusalMs);
    }
    socket.addEventListener('message', ({ data }) => {
      const bytes = Buffer.from(data as ArrayBuffer);
      const channel = bytes[0] ?? errorChannel;
      if (!seen[channel]) {
        seen[channel] = true;
        if (seen.every(Boolean)) opened();
      } else if (channel === dataChannel) {
        resolve();
        tunnel.push(bytes.subarray(1));
      } else fail(new Failure(refusal(what, bytes.toString('utf8', 1).trim())));
    });
    socket.addEventListener('error', ({ message }) => {
      unsaid = message;
    });
    socket.addEventListener('close', ({ reason }) => {
      if (seen.every(Boolean) && !tunnel.destroyed) {
        resolve();
        tunnel.push(null);
        tunnel.end();
      } else fail(new Failure(`${what}: ${reason || unsaid || 'refused'}`));
    });
  }).catch(async (error: unknown) => {
    if (!seen[dataChannel]) await askWhy(transport, what, `${path}?ports=${port}`);
    throw error;
  });
  return tunnel;
}

/** A node reports a closed port in many words, with names that only the node uses. */
const refusal = (what: string, why: string): string =>
  why.includes('connection refused') ? `nothing listens on ${what}` : `${what}: ${why}`;

/** A WebSocket that is refused does not say why; the same question without one does. */
export async function askWhy(transport: Transport, what: string, path: string): Promise<void> {
  try {
    await transport.send({ what: `reach ${what}`, method: 'GET', path, once: true });
  } catch (error) {
    // A request for an upgrade: then this is not why.
    if (httpStatusOf(error) !== 400) throw error;
  }
}
