// An account at DigitalOcean for tests: its API over HTTPS, strict on method, path, query, body and token, and counted.
// What it answers is built from the published description of the API: see published.ts.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAuthority, issue } from '../../../tasks/core/certificates.ts';
import { type Backing, type Clusters, createClusters } from './clusters.ts';
import { type Answer, errors } from './published.ts';
import { createRoutes, type Resources } from './routes.ts';

export interface Call {
  /** As `POST /v2/kubernetes/clusters`, with its query. */
  what: string;
  body: unknown;
}

export interface Fault {
  /** In `METHOD PATH?QUERY`. */
  what: RegExp;
  /** How many calls in a row; one if left out. */
  times?: number;
  /** answer: instead of doing it. cut: before it is done. lose: after it is done. hang: never answer. */
  does: { answer: Answer } | 'cut' | 'lose' | 'hang';
}

export interface FakeDigitalOcean {
  address: string;
  authorityPem: string;
  token: string;
  /** What a program needs in its environment to take the fake for DigitalOcean. */
  environment: Record<string, string>;
  clusters: Clusters;
  resources: Resources;
  calls: Call[];
  /** The calls so far that change something. */
  changes(): string[];
  /** What no test is meant to see: has to be empty at the end of each. */
  unexpected: string[];
  inject(fault: Fault): void;
  close(): Promise<void>;
}

export interface FakeOptions {
  /** The authority's certificate goes there. */
  folder: string;
  backing: Backing;
  /** The longest that tokens for clusters hold, in seconds; 7 days if left out, as at DigitalOcean. */
  tokenSeconds?: number;
}

const token = `dop_v1_${'0123456789abcdef'.repeat(4)}`;

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startFakeDigitalOcean({ folder, backing, tokenSeconds }: FakeOptions): Promise<FakeDigitalOcean> {
  const authority = await createAuthority('fake-digitalocean');
  const serving = await issue(authority, { commonName: 'api', usage: 'server', ipAddresses: ['127.0.0.1'] });
  const unexpected: string[] = [];
  const calls: Call[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  const clusters = createClusters(backing, (why) => unexpected.push(why));
  const resources: Resources = { registries: [], associated: new Map(), registryLogin: 'user:password' };
  const routes = createRoutes(clusters, resources, tokenSeconds ?? 7 * 86_400);

  function answer(incoming: IncomingMessage, text: string): Answer {
    const url = new URL(incoming.url ?? '', 'https://fake');
    const what = `${incoming.method} ${url.pathname}`;
    const surprise = (why: string): Answer => {
      unexpected.push(`${what}: ${why}`);
      return errors.invalid(`the fake does not expect ${why}`);
    };
    const body: unknown = text ? JSON.parse(text) : undefined;
    calls.push({ what: `${what}${url.search}`, body });
    const [found] = routes.flatMap((route) => {
      const match = route.method === incoming.method ? route.path.exec(url.pathname) : null;
      return match ? [{ route, parts: match.groups ?? {} }] : [];
    });
    if (!found) return surprise('this path');
    if (incoming.headers.authorization !== `Bearer ${token}`) return errors.unauthorized;
    if (text && incoming.headers['content-type'] !== 'application/json') return surprise('this type of body');
    const { route, parts } = found;
    const wrong = [
      ...[...url.searchParams.keys()].filter((name) => !route.query?.includes(name)),
      ...Object.keys(body ?? {}).filter((name) => !route.body?.includes(name)),
    ];
    if (wrong.length > 0) return surprise(wrong.join(', '));
    return route.does({ parts, query: url.searchParams, body: (body ?? {}) as Record<string, unknown> }, surprise);
  }

  const server = createServer({ cert: serving.certificatePem, key: serving.keyPem }, async (incoming, outgoing) => {
    const text = await bodyOf(incoming);
    const planned = faults.find(({ fault, left }) => left > 0 && fault.what.test(`${incoming.method} ${incoming.url}`));
    if (planned) planned.left -= 1;
    const does = planned?.fault.does;
    if (does === 'hang') return;
    if (does === 'cut') return void incoming.socket.destroy();
    const { status, body, headers } = typeof does === 'object' ? does.answer : answer(incoming, text);
    if (does === 'lose') return void incoming.socket.destroy();
    const limits = { 'ratelimit-limit': '5000', 'ratelimit-remaining': '4816', 'ratelimit-reset': '1444931833' };
    outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...limits, ...headers });
    outgoing.end(body === undefined ? '' : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(folder, { recursive: true });
  const authorityFile = join(folder, 'fake-digitalocean.crt');
  writeFileSync(authorityFile, authority.certificatePem);
  return {
    address,
    authorityPem: authority.certificatePem,
    token,
    environment: {
      DIGITALOCEAN_ACCESS_TOKEN: token,
      DIGITALOCEAN_API_URL: address,
      NODE_EXTRA_CA_CERTS: authorityFile,
    },
    clusters,
    resources,
    calls,
    changes: () => calls.map(({ what }) => what).filter((what) => !what.startsWith('GET ')),
    unexpected,
    inject: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    async close() {
      await clusters.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
