// Sends requests to an API server, with deadlines, retries, fresh credentials and clear failures.
import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import type { Failure } from '../../core/failure.ts';
import { splitLines } from '../../core/lines.ts';
import { retry } from '../../core/retry.ts';
import { tellRetry, tellTrouble } from '../../core/trouble.ts';
import { answerFailure, networkFailure } from '../failure.ts';
import type { Outcome, Timing } from '../retry.ts';
import { retryPause } from '../retry.ts';
import type { KubeSource } from '../types.ts';
import type { Socket, WireAnswer } from './connection.ts';
import { createConnections } from './connection.ts';
import { merged } from './merged.ts';

export interface ApiRequest {
  /** For messages: "apply ConfigMap spark/x". */
  what: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** Undefined ones are left out. */
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  /** `application/json` if not given. */
  contentType?: string;
  /** HTTP status codes that `send` takes for an answer when asking again is of no use; else only 2xx. */
  accept?: readonly number[];
  /** One attempt only: for those who ask again themselves. */
  once?: boolean;
  /** The answer may begin as late as it may be silent: a kubelet answers for a log with the first line of the log. */
  beginsLate?: boolean;
}

export interface ApiAnswer {
  httpStatus: number;
  body: string;
  /** An attempt before this one got no clear answer: what was asked may have been done already. */
  repeated: boolean;
  /** The uid of the FlowSchema that it was queued by, where a good answer says so. */
  flowSchema?: string | undefined;
  /** When the server says it answered, to the second. */
  date?: string | undefined;
}

export interface Transport {
  readonly signal: AbortSignal;
  readonly timing: Timing;
  /** Sends until there is an answer; Failure if it is none of those accepted. May send several times: see `repeated`. */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /**
   * The bytes of an answer that continues, as they come. Silence of `idleMs` is an error; errors of an answer that had
   * begun come unchanged, not as Failure.
   */
  bytes(request: ApiRequest, idleMs: number, signal?: AbortSignal): AsyncGenerator<Uint8Array>;
  /** The same as lines with their newlines: the last one has none if it is unfinished. */
  lines(request: ApiRequest, idleMs: number, signal?: AbortSignal): AsyncGenerator<Buffer>;
  /** Begins to open a WebSocket that speaks `protocol`; `path` with its query. */
  openSocket(path: string, protocol: string): Promise<Socket>;
}

/** What an attempt takes from a good answer; an error in its midst is an error of that attempt. */
type Read<T> = (answer: WireAnswer) => Promise<T>;

function target({ path, query = {} }: ApiRequest): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, `${value}`);
  return given.size > 0 ? `${path}?${given}` : path;
}

const failureOf = ({ what }: ApiRequest, outcome: { server: string } & Outcome): Failure =>
  'error' in outcome
    ? networkFailure(what, outcome.server, outcome.error)
    : answerFailure(what, outcome.httpStatus, outcome.body);

/** Talks to the server of a context, which is looked up at the first request; tells what lasting retries are about. */
export function createTransport(source: () => KubeSource, signal: AbortSignal, timing: Timing): Transport {
  const connections = createConnections(source, timing.requestMs, signal);
  // As many listeners as there are requests under way.
  setMaxListeners(0, signal);
  /** The server that answered us last, if any did. */
  let answered: string | undefined;
  /** When a connection was last lost or refused. */
  let lostAt = Number.NEGATIVE_INFINITY;

  async function attempt<T>(
    request: ApiRequest,
    idleMs: number | undefined,
    stop: AbortSignal,
    read: Read<T>,
  ): Promise<{ server: string } & ({ value: T; httpStatus: number } | Outcome)> {
    const { server, request: send } = await connections.current();
    try {
      const answer = await send({
        method: request.method,
        path: target(request),
        ...(request.body === undefined
          ? {}
          : { body: JSON.stringify(request.body), contentType: request.contentType ?? 'application/json' }),
        headersTimeout: (request.beginsLate && idleMs) || timing.requestMs,
        bodyTimeout: idleMs ?? timing.requestMs,
        lasting: idleMs !== undefined,
        signal: stop,
      });
      const { statusCode: httpStatus, headers, body } = answer;
      if (httpStatus >= 200 && httpStatus < 300) return { server, value: await read(answer), httpStatus };
      return { server, httpStatus, retryAfter: headers['retry-after']?.toString(), body: await body.text() };
    } catch (error) {
      return { server, error };
    }
  }

  async function exchange<T>(
    request: ApiRequest,
    idleMs: number | undefined,
    stop: AbortSignal,
    read: Read<T>,
  ): Promise<{ httpStatus: number; value: T | string; repeated: boolean }> {
    const start = performance.now();
    let refreshed = false;
    let repeated = false;
    let tellAtMs = timing.quietMs;
    return retry<{ httpStatus: number; value: T | string; repeated: boolean }>(async (number) => {
      const outcome = await attempt(request, idleMs, stop, read);
      const answeredBefore = answered === outcome.server;
      if (!('error' in outcome)) answered = outcome.server;
      if ('value' in outcome) return { value: { httpStatus: outcome.httpStatus, value: outcome.value, repeated } };
      stop.throwIfAborted();
      if ('error' in outcome) {
        lostAt = performance.now();
        connections.forget();
      } else if (outcome.httpStatus === 401 && !refreshed) {
        refreshed = true;
        connections.forget();
        return { error: failureOf(request, outcome), pauseMs: 0 };
      }
      const elapsedMs = performance.now() - start;
      const pauseMs = retryPause(
        outcome,
        { number, elapsedMs, answeredBefore, sinceLossMs: performance.now() - lostAt },
        timing,
        Math.random(),
      );
      const error = failureOf(request, outcome);
      if (pauseMs === undefined || request.once) {
        if ('httpStatus' in outcome && request.accept?.includes(outcome.httpStatus))
          return { value: { httpStatus: outcome.httpStatus, value: outcome.body, repeated } };
        return { error };
      }
      repeated = true;
      tellRetry();
      if (elapsedMs + pauseMs >= tellAtMs) {
        tellTrouble(`${error.message}; trying again for ${Math.round((timing.totalMs - elapsedMs) / 1000)} s`);
        tellAtMs = 2 * (elapsedMs + pauseMs);
      }
      return { error, pauseMs };
    }, stop);
  }

  async function* bytes(request: ApiRequest, idleMs: number, own?: AbortSignal): AsyncGenerator<Uint8Array> {
    const stop = own ? AbortSignal.any([signal, own]) : signal;
    const { value } = await exchange<Readable>(request, idleMs, stop, async ({ body }) => body);
    if (typeof value === 'string') return;
    try {
      yield* merged(value);
    } catch (error) {
      lostAt = performance.now();
      throw error;
    }
  }

  return {
    signal,
    timing,
    async openSocket(path, protocol) {
      const socket = (await connections.current()).openSocket(path, protocol);
      socket.addEventListener('error', () => connections.forget());
      return socket;
    },
    async send(request) {
      let flowSchema: string | undefined;
      let date: string | undefined;
      const { value, ...rest } = await exchange(request, undefined, signal, ({ body, headers }) => {
        flowSchema = headers['x-kubernetes-pf-flowschema-uid']?.toString();
        date = headers['date']?.toString();
        return body.text();
      });
      return { ...rest, body: value, flowSchema, date };
    },
    bytes,
    lines: (request, idleMs, own) => splitLines(bytes(request, idleMs, own)),
  };
}
