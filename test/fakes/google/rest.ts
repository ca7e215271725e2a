// One HTTPS server for Google's other services: what a test's project has, by path, method and body; all else is unexpected.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '../../../tasks/core/certificates.ts';
import type { Recorder } from './record.ts';
import { type Asked, type Route, type RouteAnswer, refuse } from './route.ts';
import type { Tokens } from './tokens.ts';

export interface Rest {
  port: number;
  /** Answers in place of the next request that this matches, as `POST /v1/…`. */
  inject(what: RegExp, answer: RouteAnswer): void;
  close(): Promise<void>;
}

interface Parts {
  serving: KeyPair;
  tokens: Tokens;
  routes: Route[];
  recorder: Recorder;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(incoming: IncomingMessage, text: string): unknown {
  if (!text) return undefined;
  const type = incoming.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return JSON.parse(text);
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  return undefined;
}

/** Starts it on a free port of the loopback. */
export async function startRest({ serving, tokens, routes, recorder }: Parts): Promise<Rest> {
  const injected: { what: RegExp; answer: RouteAnswer }[] = [];

  function answer(incoming: IncomingMessage, text: string): RouteAnswer {
    const url = new URL(incoming.url ?? '', 'https://google');
    const what = `${incoming.method} ${url.pathname}`;
    const unexpected = (why: string): RouteAnswer => {
      recorder.unexpected.push(`${what}: ${why}`);
      return refuse(501, 'UNIMPLEMENTED', `the fake does not expect ${what}: ${why}`);
    };
    const body = parsed(incoming, text);
    const found = routes
      .map((route) => ({ route, match: route.method === incoming.method ? route.path.exec(url.pathname) : null }))
      .find(({ match }) => match);
    recorder.calls.push({ what, changes: found?.route.changes ?? incoming.method !== 'GET', request: body });
    if (!found?.match) return unexpected('no such path');
    const { route, match } = found;
    if (!route.open && !tokens.holds(incoming.headers.authorization))
      return refuse(
        401,
        'UNAUTHENTICATED',
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
      );
    const planned = injected.findIndex((one) => one.what.test(what));
    if (planned >= 0) return injected.splice(planned, 1)[0]?.answer ?? unexpected('nothing planned');
    if (text && body === undefined) return unexpected(`content-type ${incoming.headers['content-type']}`);
    const unknown = [...url.searchParams.keys()].filter((name) => !route.query?.includes(name));
    if (unknown.length > 0) return unexpected(`query ${unknown.join(', ')}`);
    const keys = Object.keys(body ?? {});
    const wrong = keys.filter((name) => !route.body?.includes(name));
    if (wrong.length > 0) return unexpected(`body with ${wrong.join(', ')}`);
    const asked: Asked = { parts: match.groups ?? {}, query: url.searchParams, body: (body ?? {}) as Asked['body'] };
    return route.does(asked, unexpected);
  }

  const server = createServer({ cert: serving.certificatePem, key: serving.keyPem }, async (incoming, outgoing) => {
    const { status, body } = answer(incoming, await bodyOf(incoming));
    outgoing.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
    outgoing.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    inject: (what, given) => void injected.push({ what, answer: given }),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
