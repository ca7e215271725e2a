import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../../tasks/core/network/free-port.ts';
import { freePorts } from '../../../../tasks/notebooks/dev/ports.ts';

async function listen(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test('a used port is replaced by a later one', async () => {
  const taken = await listen();
  expect(await freePort(taken)).toBeGreaterThan(taken);
});

test('a free port is used unchanged', async () => {
  const free = await freePort(20_000);
  expect(await freePort(free)).toBe(free);
});

test('no two names get the same port', async () => {
  const start = await freePort(21_000);
  const { one, two } = await freePorts({ one: start, two: start });
  expect(one).toBe(start);
  expect(two).toBeGreaterThan(start);
});
