// What a notebook server may do to the one who asks it: a student can put any program in its place.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boundedFetch } from '../../../../tasks/core/network/bounded-fetch.ts';
import { verifyLocked } from '../../../../tasks/notebooks/dev/health.ts';
import { type LabLink, linkTo } from '../../../../tasks/notebooks/server/link.ts';

type Answer = (response: ServerResponse, url: string, method: string) => void;

let lab: Server;
let elsewhere: Server;
let link: LabLink;
let answer: Answer;
/** What came to the server that redirects lead to. */
let led: string[] = [];

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status).end(JSON.stringify(value));

beforeAll(async () => {
  lab = createServer((request, response) => {
    request.resume();
    answer(response, request.url ?? '', request.method ?? '');
  });
  elsewhere = createServer((request, response) => {
    led.push(`${request.method} ${request.headers.authorization ?? ''}`);
    response.end('{}');
  });
  for (const server of [lab, elsewhere]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  link = linkTo(addressOf(lab), 'secret', new AbortController().signal);
});
afterAll(() => {
  for (const server of [lab, elsewhere]) server.close().closeAllConnections();
});

/** Pieces without an end, as long as the other side takes them. */
const endless: Answer = async (response) => {
  response.writeHead(200);
  const piece = `${' '.repeat(2 ** 16)}`;
  while (!response.destroyed) {
    response.write(piece);
    await sleep(1);
  }
};

const small = { type: 'file', path: 'a', size: 3 };
const file = (content: unknown) => ({ type: 'file', path: 'a', format: 'base64', content });
/** An honest look at the size, and something else for the file itself. */
const thenBody =
  (body: Answer): Answer =>
  (response, url, method) =>
    url.includes('content=0') ? json(small)(response, url, method) : body(response, url, method);

test('a file comes unchanged', async () => {
  answer = thenBody(json(file(Buffer.from('abc').toString('base64').concat('\n'))));
  expect((await link.read('a', 3))?.toString()).toBe('abc');
});

test('a file of exactly the limit comes, in the lines that JupyterLab writes', async () => {
  const content = Buffer.alloc(300_000, 7);
  const lines = content.toString('base64').replaceAll(/(.{76})/g, '$1\n');
  answer = thenBody(json(file(lines)));
  expect((await link.read('a', content.length))?.equals(content)).toBe(true);
});

test.each<[what: string, answer: Answer, message: RegExp]>([
  ['says less than it sends', thenBody(json(file('AAAA'.repeat(400)))), /^a has more than 1000 bytes$/],
  ['sends without an end', thenBody(endless), /^the answer has more than \d+ bytes$/],
  ['says it is large', json({ ...small, size: 2000 }), /^a has 2000 bytes: more than 1000$/],
  ['says a size that is a text', json({ ...small, size: '1' }), /is not what JupyterLab answers$/],
  ['sends a content that is none', thenBody(json(file({ evil: true }))), /is not what JupyterLab answers$/],
  ['sends no JSON', thenBody((response) => response.end('<html>')), /is not what JupyterLab answers$/],
  ['sends nothing', thenBody((response) => response.end()), /is not what JupyterLab answers$/],
])('a server that %s gets no file onto this machine', async (_, lie, message) => {
  answer = lie;
  await expect(link.read('a', 1000)).rejects.toThrow(message);
});

test.each<[what: string, action: () => Promise<unknown>]>([
  ['read', () => link.read('a', 1000)],
  ['put', () => link.put('a', Buffer.from('answers of the teacher'))],
  ['hashOf', () => link.hashOf('a')],
  ['has', () => link.has('a')],
])('%s follows a server to nowhere else', async (_, action) => {
  led = [];
  for (const status of [302, 307, 308]) {
    answer = (response) => response.writeHead(status, { location: `${addressOf(elsewhere)}/api` }).end();
    await expect(action()).rejects.toThrow(`JupyterLab answers ${status}`);
    await expect(verifyLocked(addressOf(lab))).rejects.toThrow(`(${status}, expected 403)`);
  }
  expect(led).toEqual([]);
});

test('a server that is slow to the last byte is left after a time', async () => {
  answer = async (response) => {
    response.writeHead(200);
    while (!response.destroyed) {
      response.write(' ');
      await sleep(5);
    }
  };
  const begun = performance.now();
  await expect(boundedFetch(addressOf(lab), {}, { ms: 200, mostBytes: 2 ** 20 })).rejects.toThrow(
    'no whole answer within 1 s',
  );
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('Ctrl-C ends a transfer that has begun', async () => {
  const stop = new AbortController();
  answer = (response) => response.writeHead(200).write(' ');
  const asked = boundedFetch(addressOf(lab), {}, { ms: 60_000, mostBytes: 9, signal: stop.signal });
  await sleep(50);
  stop.abort();
  await expect(asked).rejects.toThrow(/abort/);
});

test('what a server does is its kernels and its last activity', async () => {
  answer = json({ kernels: 2, connections: 1, last_activity: '2026-11-30T09:57:30.123456Z', started: 'x' });
  expect(await link.activity()).toEqual({ kernels: 2, last: new Date('2026-11-30T09:57:30.123Z') });
});

test.each([
  { kernels: '2', last_activity: '2026-11-30T09:57:30Z' },
  { kernels: 2, last_activity: '\u001b[2J' },
  { kernels: -1, last_activity: '2026-11-30T09:57:30Z' },
  null,
])('what a server does is unknown where it says %j', async (value) => {
  answer = json(value);
  await expect(link.activity()).rejects.toThrow('is not what JupyterLab answers');
});

test.each(['../elsewhere', 'a/../../b', '..', './a'])('the path %s is never sent', async (path) => {
  answer = json(small);
  await expect(link.read(path, 1000)).rejects.toThrow('leads out of the work folder');
});

test('a folder that the server names outside of the work folder is never read', async () => {
  const asked: string[] = [];
  answer = (response, url, method) => {
    asked.push(url);
    json({ content: [{ path: '../../api/shutdown', type: 'directory' }] })(response, url, method);
  };
  await expect(link.contents()).rejects.toThrow('leads out of the work folder');
  expect(asked).toEqual(['/api/contents?type=directory']);
});

test('what a server says of a failure is short and commands no terminal', async () => {
  answer = (response) => response.writeHead(500).end(`\u001b]0;title\u0007${'x'.repeat(10_000)}`);
  const failure = (await link.has('a').catch((error: unknown) => error)) as { output: string };
  expect(failure.output).toMatch(/^\]0;titlex+$/);
  expect(failure.output.length).toBeLessThanOrEqual(2000);
});
