import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePorts } from '../../../../tasks/classroom/door/addresses.ts';
import { connectionLimits, type Relay, type RelayOptions, relay } from '../../../../tasks/classroom/door/relay.ts';
import { projectPath } from '../../../../tasks/core/paths.ts';

const address = '127.0.0.1';
let stop: AbortController;
let servers: Server[];

beforeEach(() => {
  stop = new AbortController();
  servers = [];
});
afterEach(() => {
  stop.abort();
  for (const server of servers) server.close();
});

/** A door that does this with each connection; returns its port. */
async function door(serve: (socket: Socket) => void, port = 0): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  servers.push(server);
  server.listen(port, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const echo = (socket: Socket): void => void socket.pipe(socket);

async function started(port: number, more: Partial<RelayOptions> = {}): Promise<Relay & { ports: number[] }> {
  const first = (await freePorts(address, more.ports?.length ?? 1, 18_443)) ?? 0;
  const ports = (more.ports ?? [0]).map((_, i) => first + i);
  const running = await relay({ address, target: { host: address, port }, ...more, ports }, stop.signal);
  return { ...running, ports };
}

async function client(port = 0): Promise<Socket> {
  const socket = connect({ host: address, port });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function all(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

describe('the relay', () => {
  test('leads every port to the one of the door', async () => {
    const { ports } = await started(await door(echo), { ports: [0, 0, 0] });
    for (const port of ports) {
      const socket = await client(port);
      socket.end(`hello ${port}`);
      expect(await all(socket)).toBe(`hello ${port}`);
    }
  });

  test('lets one side continue after the other side has ended', async () => {
    const port = await door((socket) => {
      let heard = '';
      socket.on('data', (chunk) => {
        heard += chunk;
      });
      // Only now, so after the client has ended.
      socket.on('end', () => socket.end(`${heard}, and more after its end`));
    });
    const socket = await client((await started(port)).ports[0]);
    socket.end('all of it');
    expect(await all(socket)).toBe('all of it, and more after its end');
  });

  test('reads no faster than the slower side takes', async () => {
    let taken = 0;
    let resume = (): void => {};
    const port = await door((socket) => {
      socket.pause();
      socket.on('data', (chunk) => {
        taken += chunk.length;
      });
      resume = () => socket.resume();
    });
    const socket = await client((await started(port)).ports[0]);
    const chunk = Buffer.alloc(1 << 20);
    let sent = 0;
    while (socket.write(chunk) || socket.writableLength < 8 * chunk.length) {
      sent += chunk.length;
      if (sent > 256 * chunk.length) break;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // What is on its way waits in buffers of the kernel and of a stream each, not in the relay.
    expect(sent).toBeLessThan(64 * chunk.length);
    resume();
    socket.end();
    const written = socket.bytesWritten;
    await expect.poll(() => taken).toBe(written);
  });

  test('waits for a door that is being replaced, and loses no byte of clients that came during that', async () => {
    const gone = await door(echo);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const troubles: string[] = [];
    const { ports } = await started(gone, { onTrouble: (text) => troubles.push(text) });
    const waiting = [await client(ports[0]), await client(ports[0])];
    for (const socket of waiting) socket.end('early');
    await expect.poll(() => troubles).toEqual([`the door does not answer at ${address}:${gone}: ECONNREFUSED`]);
    await door(echo, gone);
    expect(await Promise.all(waiting.map(all))).toEqual(['early', 'early']);
  });

  test('gives up a connection when no door comes', async () => {
    const gone = await door(echo);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const running = await started(gone, { patience: 300 });
    expect(await all(await client(running.ports[0]))).toBe('');
    await expect.poll(() => running.open()).toBe(0);
  });

  test('follows the door to another port', async () => {
    const target = { host: address, port: await door((socket) => socket.end('old')) };
    const { ports } = await started(0, { target });
    expect(await all(await client(ports[0]))).toBe('old');
    target.port = await door((socket) => socket.end('new'));
    expect(await all(await client(ports[0]))).toBe('new');
  });

  test('finds a door that is elsewhere since', async () => {
    const gone = await door(echo);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const port = await door((socket) => socket.end('found'));
    const { ports } = await started(gone, { findTarget: async () => ({ host: address, port }) });
    expect(await all(await client(ports[0]))).toBe('found');
  });

  test('ends the client when the door breaks off, and the door when the client does', async () => {
    const ended: string[] = [];
    const port = await door((socket) => {
      socket.on('end', () => socket.end());
      socket.on('close', () => ended.push('door'));
      socket.on('data', (chunk) => {
        if (chunk.toString() === 'break off') socket.resetAndDestroy();
      });
    });
    const running = await started(port);
    const first = await client(running.ports[0]);
    first.write('break off');
    await once(first, 'close');
    const second = await client(running.ports[0]);
    second.write('hello');
    await expect.poll(() => running.open()).toBe(1);
    second.resetAndDestroy();
    await expect.poll(() => ended).toEqual(['door', 'door']);
    await expect.poll(() => running.open()).toBe(0);
  });

  test('refuses more connections of one address than it may have, says so once, and takes some again', async () => {
    const troubles: string[] = [];
    const limits = { each: 3, all: 100 };
    const running = await started(await door(echo), { limits, onTrouble: (text) => troubles.push(text) });
    const [port] = running.ports;
    const held = [await client(port), await client(port), await client(port)];
    await expect.poll(() => running.open()).toBe(3);
    for (let i = 0; i < 2; i += 1) {
      const refused = await client(port);
      await once(refused.resume(), 'close');
    }
    expect(troubles).toEqual(['127.0.0.1 has 3 connections open: firesteel refuses more']);
    held[0]?.destroy();
    await expect.poll(() => running.open()).toBe(2);
    const taken = await client(port);
    taken.end('again');
    expect(await all(taken)).toBe('again');
    expect(running.clients()).toBe(1);
  });

  test('has room for a large class behind one address', () => {
    expect(connectionLimits(30)).toEqual({ each: 512, all: 20_000 });
    expect(connectionLimits(300)).toEqual({ each: 4800, all: 20_000 });
    expect(connectionLimits(1000)).toEqual({ each: 16_000, all: 32_000 });
  });

  test('refuses more connections than all may have together', async () => {
    const running = await started(await door(echo), { limits: { each: 100, all: 1 } });
    await client(running.ports[0]);
    await expect.poll(() => running.open()).toBe(1);
    const refused = await client(running.ports[0]);
    await once(refused.resume(), 'close');
    expect(running.open()).toBe(1);
  });

  test('ends every connection with its signal, and frees its ports', async () => {
    const running = await started(await door(echo), { ports: [0, 0] });
    const socket = await client(running.ports[0]);
    await expect.poll(() => running.open()).toBe(1);
    stop.abort();
    await once(socket.resume(), 'close');
    expect(await running.closed).toBe(1);
    expect(await freePorts(address, 2, running.ports[0])).toBe(running.ports[0]);
  });
});

test('Ctrl-C ends the relay with 130 and the number of open connections', async () => {
  const target = await door(echo);
  const port = (await freePorts(address, 2, 21_443)) ?? 0;
  const words = ['--import', 'tsx', projectPath('test', 'fakes', 'relay.ts'), address, `${address}:${target}`];
  const child = spawn(process.execPath, [...words, `${port}`, `${port + 1}`], { cwd: projectPath() });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await expect.poll(() => output, { timeout: 50_000 }).toContain('until Ctrl-C');
  const sockets = [await client(port), await client(port + 1)];
  for (const socket of sockets) {
    socket.write('x');
    await once(socket, 'data');
  }
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code, output).toBe(130);
  expect(output).toContain(`https://${address}, ports ${port} to ${port + 1}, forwards to the class until Ctrl-C`);
  expect(output).toContain('interrupted; connections open: 2, addresses seen: 1');
});
