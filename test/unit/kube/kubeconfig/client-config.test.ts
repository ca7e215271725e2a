// What a kubeconfig context gives to requests: tokens, impersonation, addresses, and what it lacks.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openAccess, serverOf } from '../../../../tasks/kube/kubeconfig/client-config.ts';
import { createConnections } from '../../../../tasks/kube/transport/connection.ts';
import { ownFolder } from '../../../own-folder.ts';

const folder = ownFolder();
const path = join(folder, 'config');
const source = { path, context: 'a' };

const write = (user: object, server: unknown = 'https://192.0.2.1:6443', more: object = {}) =>
  writeFileSync(
    path,
    JSON.stringify({
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster: { server } }],
      users: [{ name: 'a', user }],
      ...more,
    }),
  );
const headers = async () => (await (await openAccess(source))()).headers;

beforeEach(() => write({}));

describe('a tokenFile', () => {
  test('is found beside the kubeconfig, and read again each time', async () => {
    write({ tokenFile: 'token', token: 'old' });
    writeFileSync(join(folder, 'token'), 'one\n');
    const access = await openAccess(source);
    expect((await access()).headers['Authorization']).toBe('Bearer one');
    writeFileSync(join(folder, 'token'), 'two');
    expect((await access()).headers['Authorization']).toBe('Bearer two');
  });

  test('that is missing or empty is a failure that names the file', async () => {
    write({ tokenFile: 'none' });
    await expect(headers()).rejects.toMatchObject({
      message: expect.stringMatching(/^cannot read the token of context "a": .*ENOENT/),
      hint: `write the token to ${join(folder, 'none')}, or change tokenFile in ${path}`,
    });
    write({ tokenFile: 'empty' });
    writeFileSync(join(folder, 'empty'), '\n');
    await expect(headers()).rejects.toThrow(/empty of context "a" is empty$/);
  });
});

describe('impersonation', () => {
  const user = {
    token: 't',
    as: 'ada',
    'as-uid': 'u-1',
    'as-groups': ['students', 'spark users'],
    'as-user-extra': { 'example.com/scope': ['read', 'list'], reason: ['class'] },
  };
  const lines = [
    ['Impersonate-Uid', 'u-1'],
    ['Impersonate-Group', 'students'],
    ['Impersonate-Group', 'spark users'],
    ['Impersonate-Extra-example.com%2Fscope', 'read'],
    ['Impersonate-Extra-example.com%2Fscope', 'list'],
    ['Impersonate-Extra-reason', 'class'],
  ].map(([name, value]) => `${name}: ${value}`.toLowerCase());

  test('has a user, an id, groups and more', async () => {
    write(user);
    expect(await headers()).toEqual({
      Authorization: 'Bearer t',
      'Impersonate-User': 'ada',
      'Impersonate-Uid': 'u-1',
      'Impersonate-Group': ['students', 'spark users'],
      'Impersonate-Extra-example.com%2Fscope': ['read', 'list'],
      'Impersonate-Extra-reason': ['class'],
    });
  });

  test.each(['a request', 'a WebSocket'])('sends a line for each group with %s', async (how) => {
    const seen: string[] = [];
    const note = (raw: string[]) =>
      raw.forEach((name, i) => void (i % 2 === 0 && seen.push(`${name}: ${raw[i + 1]}`.toLowerCase())));
    const server = createServer((request, response) => {
      note(request.rawHeaders);
      response.end();
    });
    server.on('upgrade', (request, socket) => {
      note(request.rawHeaders);
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    write(user, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const connection = await createConnections(() => source, 1000, new AbortController().signal).current();
    if (how === 'a WebSocket')
      await new Promise((resolve) => connection.openSocket('/', 'v4').addEventListener('error', resolve));
    else {
      const signal = new AbortController().signal;
      const times = { headersTimeout: 1000, bodyTimeout: 1000 };
      await (await connection.request({ method: 'GET', path: '/', lasting: false, signal, ...times })).body.text();
    }
    expect(seen.filter((line) => /^impersonate-(?!user)/.test(line)).sort()).toEqual([...lines].sort());
    expect(seen).toContain('impersonate-user: ada');
  });
});

describe('a server', () => {
  test.each([
    ['10.0.0.5:6443', 'https://10.0.0.5:6443'],
    ['kube.example.com:6443', 'https://kube.example.com:6443'],
    ['http://127.0.0.1:8001/', 'http://127.0.0.1:8001'],
  ])('%s is %s', async (given, address) => {
    write({}, given);
    expect(await serverOf(source)).toBe(address);
  });

  test('that is no address is a failure that names it', async () => {
    write({}, 'https://:x');
    await expect(serverOf(source)).rejects.toMatchObject({
      message: 'the server of context "a" is not an address: https://:x',
      hint: `write the server as https://HOST:PORT in ${path}`,
    });
  });
});

describe('the proxy', () => {
  beforeEach(() => {
    for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'])
      for (const one of [name, name.toLowerCase()]) vi.stubEnv(one, '');
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example.com:3128');
    vi.stubEnv('NO_PROXY', 'direct.example.com');
  });
  afterEach(() => void vi.unstubAllEnvs());

  test.each([
    ['https://kube.example.com:6443', 'http://proxy.example.com:3128/'],
    ['https://192.0.2.1', 'http://proxy.example.com:3128/'],
    ['https://direct.example.com', undefined],
    ['https://127.0.0.1:6443', undefined],
    ['https://localhost:6443', undefined],
    ['https://198.18.0.2:6443', undefined],
    ['https://192.168.49.2:8443', undefined],
    ['https://[fd00::1]:6443', undefined],
  ])('of this shell on the way to %s is %s', async (server, proxy) => {
    write({}, server);
    expect((await (await openAccess(source))()).proxy).toBe(proxy);
  });

  test('of the context goes before the one of this shell', async () => {
    const cluster = { server: 'https://10.0.0.5', 'proxy-url': 'http://other.example.com:3128' };
    write({}, '', { clusters: [{ name: 'a', cluster }] });
    expect((await (await openAccess(source))()).proxy).toBe('http://other.example.com:3128');
  });
});

describe('an incomplete entry', () => {
  const complete = { name: 'a', context: { cluster: 'a', user: 'a' } };
  const cluster = { name: 'a', cluster: { server: 'https://192.0.2.1:6443' } };

  test('of another context is no fault of this one', async () => {
    write({}, '', { contexts: [{ name: 'b' }, null, complete], clusters: [{ name: 'b', cluster: {} }, cluster] });
    expect(await serverOf(source)).toBe('https://192.0.2.1:6443');
  });

  test.each([
    [{ contexts: [{ name: 'a', context: { user: 'a' } }] }, `context "a" of kubeconfig ${path} names no cluster`],
    [{ clusters: [{ name: 'a', cluster: {} }] }, `cluster "a" of kubeconfig ${path} names no server`],
    [{ clusters: [] }, `cluster "a" of context "a" is not in kubeconfig ${path}`],
  ])('of this context is named: %j', async (more, message) => {
    write({}, 'https://192.0.2.1:6443', more);
    await expect(serverOf(source)).rejects.toMatchObject({
      message,
      hint: 'complete that entry, or use another context',
    });
  });

  test('is not one that is missing', async () =>
    await expect(serverOf({ path, context: 'b' })).rejects.toMatchObject({
      message: `kubeconfig ${path} has no context "b"`,
      hint: 'use one of its contexts: a',
    }));
});
