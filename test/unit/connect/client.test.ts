// What clients of this machine are given, and what the pages of a server say.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { clientText, hasText, openAddress } from '../../../tasks/connect/client.ts';
import { sessionsOn } from '../../../tasks/connect/pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-connect-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the address of a file is open while something listens there', async () => {
  const file = join(folder, 'connect.env');
  expect(await openAddress(file)).toBeUndefined();
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  writeFileSync(file, clientText(port, 'hush'));
  expect(await openAddress(file)).toBe(`sc://localhost:${port}`);
  await new Promise((done) => server.close(done));
  expect(await openAddress(file)).toBeUndefined();
  expect(hasText(file, clientText(port, 'hush'))).toBe(true);
  expect(hasText(file, clientText(port, 'other'))).toBe(false);
});

test.each([
  [{}, ''],
  [{ https_proxy: 'http://proxy:3128' }, 'no_grpc_proxy=localhost\n'],
  [{ http_proxy: 'http://proxy:3128', no_proxy: '.example.org' }, 'no_grpc_proxy=.example.org,localhost\n'],
  [{ http_proxy: 'http://proxy:3128', no_proxy: 'localhost,.example.org' }, ''],
])('in an environment of %j the file ends with %j', (env, end) =>
  expect(clientText(15002, 'hush', env)).toBe(
    `SPARK_REMOTE=sc://localhost:15002\nSPARK_CONNECT_AUTHENTICATE_TOKEN=hush\n${end}`,
  ),
);

test.each([
  ['<h4>\n 2\n session(s) are online,\n running 0 Request(s)</h4>', 2],
  ['<h4><b>0</b> session(s) are online</h4>', 0],
  ['<h1>Not found</h1>', undefined],
])('%j has %s sessions', (page, count) => expect(sessionsOn(page)).toBe(count));
