// Connects to the standard streams of a process in a pod, over a WebSocket of the API server.
import { Readable } from 'node:stream';
import type { V1Status } from '@kubernetes/client-node';
import { Failure } from '../../core/failure.ts';
import { objectPath } from '../paths.ts';
import type { Json, PodProcess, ProcessOptions } from '../types.ts';
import type { Transport } from './transport.ts';
import { askWhy } from './tunnel.ts';

/**
 * A byte in front of each message says which stream it belongs to: the protocol of `kubectl exec`. It cannot end standard
 * input but with the connection.
 */
const protocol = 'v4.channel.k8s.io';
const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, size: 4 } as const;

const openMs = 30_000;
const drainMs = 10;
const mostBuffered = 1 << 20;

/** Starts `command`, or attaches to the container's first process. Failure with what the API server says where it refuses. */
export async function openProcess(
  transport: Transport,
  pod: { namespace: string; name: string },
  { container, command, tty = false }: ProcessOptions,
): Promise<PodProcess> {
  const what = `${command ? 'a process in' : 'the input of'} pod ${pod.namespace}/${pod.name}`;
  const ref = { apiVersion: 'v1', kind: 'Pod', ...pod };
  const query = new URLSearchParams({ container, stdin: 'true', stdout: 'true', stderr: `${!tty}`, tty: `${tty}` });
  for (const word of command ?? []) query.append('command', word);
  const path = `${objectPath({ plural: 'pods', namespaced: true }, ref, command ? 'exec' : 'attach')}?${query}`;
  const socket = await transport.openSocket(path, protocol);
  socket.binaryType = 'arraybuffer';

  const output = { [channels.stdout]: stream(), [channels.stderr]: stream() };
  let unsaid = '';
  let status: Json<V1Status> | undefined;
  const ended = new Promise<number>((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => {
      const bytes = Buffer.from(data as ArrayBuffer);
      const channel = bytes[0] ?? channels.status;
      if (channel === channels.status) status = JSON.parse(bytes.toString('utf8', 1)) as Json<V1Status>;
      else if (bytes.length > 1) output[channel as 1 | 2]?.push(bytes.subarray(1));
    });
    socket.addEventListener('error', ({ message }) => {
      unsaid = message;
    });
    socket.addEventListener('close', ({ reason }) => {
      for (const one of Object.values(output)) one.push(null);
      if (status) answered(what, status).then(resolve, reject);
      else reject(new Failure(`${what}: the connection ended${unsaid || reason ? `: ${unsaid || reason}` : ''}`));
    });
  });
  // Who asks for the end later still gets it.
  ended.catch(() => {});

  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      socket.close();
      reject(new Failure(`${what}: no answer within ${openMs / 1000} s`));
    }, openMs);
    socket.addEventListener('open', () => {
      clearTimeout(late);
      resolve();
    });
    ended.catch((error: unknown) => {
      clearTimeout(late);
      reject(error);
    });
  }).catch(async (error: unknown) => {
    await askWhy(transport, what, path);
    throw error;
  });

  const send = (channel: number, bytes: Uint8Array) => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), bytes]));
  };
  return {
    stdout: output[channels.stdout],
    stderr: output[channels.stderr],
    ended,
    async write(bytes) {
      send(channels.stdin, bytes);
      while (socket.bufferedAmount > mostBuffered && socket.readyState === socket.OPEN)
        await new Promise((resolve) => setTimeout(resolve, drainMs));
    },
    resize: (columns, rows) => send(channels.size, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))),
    close: () => socket.close(),
  };
}

/** What comes cannot be held back: a WebSocket has no way to say so. */
const stream = (): Readable => new Readable({ read: () => {} });

/** The exit code that a status has; Failure where the process could not be started. */
async function answered(what: string, { status, reason, message = '', details }: Json<V1Status>): Promise<number> {
  if (status === 'Success') return 0;
  const code = details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (reason === 'NonZeroExitCode' && code !== undefined) return Number(code);
  throw new Failure(`${what}: ${message || reason || 'refused'}`);
}
