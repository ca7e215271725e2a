// Forwards over real sockets: plain TCP servers stand in for pods.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import { type ForwardLink, openForward, runningPod } from '../../../tasks/kube/forward.ts';
import type { ForwardTarget, Manifest } from '../../../tasks/kube/types.ts';

const pod = (name: string, phase: string, more: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'spark', creationTimestamp: '2026-01-01T00:00:00Z', ...more },
  status: { phase },
});

const driver: ForwardTarget = { namespace: 'spark', pod: 'driver', port: 4040 };
const history: ForwardTarget = { namespace: 'spark', selector: 'app=history', port: 18080 };

let ending: AbortController;
let servers: Server[] = [];
/** Pods that exist, by what asks for them, with the port of their stand-in; 0 refuses. */
let pods: Map<ForwardTarget, { manifest: Manifest; port: number }>;

beforeEach(() => {
  ending = new AbortController();
  servers = [];
  pods = new Map();
});
afterEach(() => {
  ending.abort();
  for (const server of servers) server.close();
});

const link: ForwardLink = {
  pods: async (target) => {
    const found = pods.get(target);
    return found ? [found.manifest] : [];
  },
  dial: (target) =>
    new Promise((resolve, reject) => {
      const port = pods.get(target)?.port;
      if (!port) return reject(new Failure('connection refused'));
      const socket = connect(port, '127.0.0.1', () => resolve(socket)).on('error', reject);
    }),
};

async function listening(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, onSocket);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as { port: number }).port;
}

/** A pod that gives fixed answers, behind its name. */
const startPod = async (target: ForwardTarget, name: string) => {
  const port = await listening((socket) => {
    socket.on('error', () => {}).on('data', (data) => socket.end(`${name} ${data}`));
  });
  pods.set(target, { manifest: pod(name, 'Running'), port });
};

const ask = (port: number, words = 'hello', half = false, host = '127.0.0.1'): Promise<string> =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, host, () => (half ? socket.end(words) : socket.write(words)));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => {}).on('close', () => resolve(answer));
  });

test('a connection reaches the pod, and its replacement after it', async () => {
  const reached: string[] = [];
  const { port, address } = await openForward(link, [driver], {
    signal: ending.signal,
    onReach: (_, name) => reached.push(name),
  });
  expect(address).toBe(`127.0.0.1:${port}`);
  await startPod(driver, 'first');
  expect(await Promise.all([ask(port), ask(port, 'you')])).toEqual(['first hello', 'first you']);
  await startPod(driver, 'second');
  expect(await ask(port)).toBe('second hello');
  expect(reached).toEqual(['first', 'second']);
});

test('a connection without a pod waits for the pod', async () => {
  const trouble: string[] = [];
  const { port } = await openForward(link, [driver], { signal: ending.signal, onTrouble: (why) => trouble.push(why) });
  const answer = ask(port);
  await expect.poll(() => trouble).toEqual(['no pod runs at spark/driver']);
  pods.set(driver, { manifest: pod('early', 'Running'), port: 0 });
  await expect.poll(() => trouble).toEqual(['no pod runs at spark/driver', 'connection refused']);
  await startPod(driver, 'late');
  expect(await answer).toBe('late hello');
});

test('the first target with a pod is used', async () => {
  const { port } = await openForward(link, [driver, history], { signal: ending.signal });
  await startPod(history, 'history');
  expect(await ask(port)).toBe('history hello');
  await startPod(driver, 'driver');
  expect(await ask(port)).toBe('driver hello');
  pods.delete(driver);
  expect(await ask(port)).toBe('history hello');
});

test('a connection that waits too long is closed', async () => {
  const { port } = await openForward(link, [driver], { signal: ending.signal }, 50);
  expect(await ask(port)).toBe('');
});

test('a forbidden request is not retried', async () => {
  let asked = 0;
  const forbidding: ForwardLink = {
    ...link,
    pods: async () => {
      asked++;
      throw new Failure('forbidden', { cause: { httpStatus: 403 } });
    },
  };
  const { port } = await openForward(forbidding, [driver], { signal: ending.signal });
  expect(await ask(port)).toBe('');
  expect(asked).toBe(1);
});

test('a client that has closed its sending side gets the whole answer', async () => {
  const big = 'x'.repeat(3 << 20);
  const port = await listening((socket) => void socket.on('end', () => socket.end(big)).resume());
  pods.set(driver, { manifest: pod('big', 'Running'), port });
  const forward = await openForward(link, [driver], { signal: ending.signal });
  expect((await ask(forward.port, 'hello', true)).length).toBe(big.length);
});

test('a used port is replaced by the next one', async () => {
  const taken = await listening(() => {});
  const { port } = await openForward(link, [driver], { signal: ending.signal, localPort: taken });
  expect(port).toBeGreaterThan(taken);
  expect(port).toBeLessThanOrEqual(taken + 50);
});

test('an abort ends all connections, and the listener', async () => {
  const port = await listening((socket) => void socket.on('error', () => {}).resume());
  pods.set(driver, { manifest: pod('silent', 'Running'), port });
  let reached = false;
  const forward = await openForward(link, [driver], {
    signal: ending.signal,
    onReach: () => {
      reached = true;
    },
  });
  const answer = ask(forward.port);
  await expect.poll(() => reached).toBe(true);
  ending.abort();
  await forward.closed;
  expect(await answer).toBe('');
  expect(await ask(forward.port)).toBe('');
});

test.each([
  ['the one that runs', [pod('a', 'Pending'), pod('b', 'Running'), pod('c', 'Succeeded')], 'b'],
  ['none being deleted', [pod('a', 'Running', { deletionTimestamp: 'now' })], undefined],
  [
    'the newest',
    [pod('a', 'Running'), pod('b', 'Running', { creationTimestamp: '2026-01-02T00:00:00Z' }), pod('c', 'Running')],
    'b',
  ],
  ['none of none', [], undefined],
])('of several pods it is %s', (_, all, name) => expect(runningPod(all)?.metadata.name).toBe(name));

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

test.skipIf(!hasIpv6)('a forward of localhost has both addresses, or gives way to who has one of them', async () => {
  await startPod(driver, 'first');
  const other = createServer();
  servers.push(other);
  await new Promise<void>((done) => other.listen(0, '::1', done));
  const { port: taken } = other.address() as { port: number };
  const options = { signal: ending.signal, localPort: taken };
  const { port, closed } = await openForward(link, [driver], { ...options, isLocalhost: true });
  expect(port).toBeGreaterThan(taken);
  expect(await ask(port)).toBe('first hello');
  expect(await ask(port, 'six', false, '::1')).toBe('first six');
  const plain = await openForward(link, [driver], options);
  expect(plain.port).toBe(taken);
  ending.abort();
  await Promise.all([closed, plain.closed]);
  expect(await ask(port, 'six', false, '::1')).toBe('');
});
