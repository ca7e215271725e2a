// Kept-alive connections to the server of a kubeconfig context. Commands that need no cluster do not load the library.
import { readFileSync } from 'node:fs';
import type { Dispatcher, WebSocket } from 'undici';
import { projectPath } from '../../core/paths.ts';
import { orAborted } from '../../core/wait.ts';
import type { ClusterAccess } from '../kubeconfig/client-config.ts';
import { openAccess } from '../kubeconfig/client-config.ts';
import type { KubeSource } from '../types.ts';

/** One HTTP request; `path` with its query. */
export interface WireRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: string;
  contentType?: string;
  /** Longest silence in milliseconds, before the answer and within it. */
  headersTimeout: number;
  bodyTimeout: number;
  /** Its answer continues for long: it gets a connection beside those for short ones. */
  lasting: boolean;
  signal: AbortSignal;
}

export type WireAnswer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** As a browser has it: https://websockets.spec.whatwg.org */
export type Socket = WebSocket;

export interface Connection {
  /** Base address of the server. */
  server: string;
  request(request: WireRequest): Promise<WireAnswer>;
  /** Begins to open a WebSocket that speaks `protocol`; `path` with its query. */
  openSocket(path: string, protocol: string): Socket;
}

export interface Connections {
  current(): Promise<Connection>;
  /** Read the kubeconfig again next time: it may name another server, or hold newer credentials. */
  forget(): void;
}

/** Credentials are requested again this often; those with their own expiry are kept until then. */
const accessMs = 60_000;
const keepAliveMs = 60_000;
/** For short requests; more at once wait for their turn. */
const mostConnections = 32;

interface Dispatchers {
  short: Dispatcher;
  lasting: Dispatcher;
}

const userAgent = (): string =>
  `firesteel/${(JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as { version: string }).version}`;

type Library = typeof import('undici');

function openDispatchers({ Agent, ProxyAgent }: Library, access: ClusterAccess, connectMs: number): Dispatchers {
  const { ca, cert, key, servername, rejectUnauthorized } = access.tls;
  const tls = {
    rejectUnauthorized,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(servername ? { servername } : {}),
  };
  const open = (connections: number | null): Dispatcher => {
    const options = { keepAliveTimeout: keepAliveMs, connections };
    return access.proxy
      ? new ProxyAgent({ ...options, uri: access.proxy, requestTls: tls })
      : new Agent({ ...options, connect: { ...tls, timeout: connectMs } });
  };
  return { short: open(mostConnections), lasting: open(null) };
}

/** Adds headers to a request: a WebSocket would make one line of several values, and so one group of several. */
const withHeaders =
  (more: ClusterAccess['headers']): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch({ ...options, headers: { ...(options.headers as Record<string, string>), ...more } }, handler);

/** Connects at the first call of `current`; `connectMs` bounds the wait for a connection, `signal` that for credentials. */
export function createConnections(source: () => KubeSource, connectMs: number, signal: AbortSignal): Connections {
  let credentials: Promise<() => Promise<ClusterAccess>> | undefined;
  let connection: Promise<Connection> | undefined;
  let asOf = 0;
  let open: { identity: string; dispatchers: Dispatchers } | undefined;
  const agentName = userAgent();

  async function connect(): Promise<Connection> {
    credentials ??= openAccess(source(), signal);
    const read = await credentials;
    // A plug-in may wait for a person.
    const access = await orAborted(read(), signal);
    const library = await import('undici');
    const identity = JSON.stringify([access.server, access.proxy, access.tls]);
    if (open?.identity !== identity) {
      for (const dispatcher of Object.values(open?.dispatchers ?? {})) dispatcher.close().catch(() => {});
      open = { identity, dispatchers: openDispatchers(library, access, connectMs) };
    }
    const { dispatchers } = open;
    const single = Object.entries(access.headers).filter(([, value]) => typeof value === 'string');
    const several = Object.entries(access.headers).filter(([, value]) => typeof value !== 'string');
    const { origin, pathname } = new URL(access.server);
    const prefix = pathname.replace(/\/$/, '');
    return {
      server: access.server,
      request: ({ path, contentType, lasting, ...rest }) =>
        dispatchers[lasting ? 'lasting' : 'short'].request({
          ...rest,
          origin,
          path: prefix + path,
          headers: {
            'user-agent': agentName,
            accept: 'application/json, */*',
            ...(contentType ? { 'content-type': contentType } : {}),
            ...access.headers,
          },
        }),
      openSocket: (path, protocol) =>
        new library.WebSocket(origin.replace(/^http/, 'ws') + prefix + path, {
          protocols: [protocol],
          dispatcher: dispatchers.lasting.compose(withHeaders(Object.fromEntries(several))),
          headers: { 'user-agent': agentName, ...Object.fromEntries(single) },
        }),
    };
  }

  const forget = () => {
    credentials = undefined;
    connection = undefined;
  };
  return {
    forget,
    current() {
      if (!connection || performance.now() - asOf > accessMs) {
        asOf = performance.now();
        connection = connect();
        connection.catch(forget);
      }
      return connection;
    },
  };
}
