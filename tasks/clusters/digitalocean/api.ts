// Sends requests to DigitalOcean's API, with deadlines, retries and clear failures.
import { Failure } from '../../core/failure.ts';
import { isUntrusted } from '../../core/network/errors.ts';
import { webFetch } from '../../core/network/web.ts';
import { growingPause, retry } from '../../core/retry.ts';
import { account, addressVariable } from './account.ts';
import { answerFailure, limitFailure, networkFailure } from './failures.ts';

/** One call; `what` is for messages, as in "create cluster demo". */
interface Call {
  what: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** After `/v2`, with its query. */
  path: string;
  body?: unknown;
}

/** The API with the account's token. Every call throws Failure; `undefined` is what the API does not know. */
export interface Api {
  readonly signal: AbortSignal;
  get<T>(what: string, path: string): Promise<T>;
  /** Undefined if there is no such thing. */
  find<T>(what: string, path: string): Promise<T | undefined>;
  /** All pages of a list, which is under `key` in each answer. */
  list<T>(what: string, path: string, key: string): Promise<T[]>;
  /** Sent once: if its Failure `isLost`, nobody knows whether it was done. */
  post<T>(what: string, path: string, body: unknown): Promise<T>;
  /** Removing what is gone is fine. */
  remove(what: string, path: string): Promise<void>;
}

/** Milliseconds. */
interface Timing {
  /** For an answer. */
  requestMs: number;
  /** From a call's start to its last attempt. */
  totalMs: number;
  firstPauseMs: number;
}

const usualTiming: Timing = { requestMs: 30_000, totalMs: 90_000, firstPauseMs: 250 };
const longestPauseMs = 8_000;
const largestPage = 200;

/** 5xx and the like: another attempt may get through. */
const passing = new Set([408, 425, 500, 502, 503, 504]);

/** When a refused request may be made again: `retry-after` in seconds, else `ratelimit-reset` in seconds since 1970. */
export function limitEnds(headers: Headers, now: number): number {
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (after >= 0) return now + after * 1000;
  const reset = Number(headers.get('ratelimit-reset') ?? Number.NaN);
  return reset > 0 ? Math.max(reset * 1000, now) : now + longestPauseMs;
}

/** An answer without a body is an empty one. Something on the way may answer in DigitalOcean's stead. */
function read<T>(what: string, text: string): T {
  try {
    return (text === '' ? {} : JSON.parse(text)) as T;
  } catch (error) {
    throw new Failure(`cannot ${what}: the answer is not JSON: ${text.slice(0, 60)}`, {
      hint: `check $${addressVariable} and any proxy or firewall between this machine and DigitalOcean`,
      cause: error,
    });
  }
}

/** The API; every call ends when `signal` aborts. Throws a usage Failure if there is no token. */
export function openApi(signal: AbortSignal, timing: Timing = usualTiming): Api {
  const { token, address } = account();

  async function attempt({ method, path, body }: Call): Promise<Response> {
    return webFetch(`${address}/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // Wherever it would lead: the token is not for there.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timing.requestMs)]),
    });
  }

  /** Sends until there is a clear answer; a POST only again where it was refused unseen. */
  async function send(call: Call): Promise<{ status: number; text: string }> {
    const start = Date.now();
    return retry<{ status: number; text: string }>(async (number) => {
      let error: Failure;
      let pauseMs = growingPause(number, { firstMs: timing.firstPauseMs, longestMs: longestPauseMs });
      let again = call.method !== 'POST';
      try {
        const answer = await attempt(call);
        const text = await answer.text();
        const { status } = answer;
        if (answer.ok || status === 404) return { value: { status, text } };
        if (status === 429) {
          const ends = limitEnds(answer.headers, Date.now());
          pauseMs = ends - Date.now() + Math.random() * 250;
          again = true;
          error = limitFailure(call.what, new Date(ends));
        } else {
          error = answerFailure(call.what, status, text, call.method !== 'GET');
          again &&= passing.has(status);
        }
      } catch (lost) {
        signal.throwIfAborted();
        error = networkFailure(call.what, address, lost);
        again &&= !isUntrusted(lost);
      }
      return again && Date.now() - start + pauseMs <= timing.totalMs ? { error, pauseMs } : { error };
    }, signal);
  }

  async function json<T>(call: Call): Promise<T> {
    const { status, text } = await send(call);
    if (status === 404) throw answerFailure(call.what, status, text);
    return read(call.what, text);
  }

  return {
    signal,
    get: (what, path) => json({ what, method: 'GET', path }),
    async find<T>(what: string, path: string) {
      const { status, text } = await send({ what, method: 'GET', path });
      return status === 404 ? undefined : read<T>(what, text);
    },
    async list<T>(what: string, path: string, key: string) {
      const all: T[] = [];
      for (let page = 1; ; page++) {
        const query = `per_page=${largestPage}&page=${page}`;
        const answer = await json<Record<string, unknown> & { links?: { pages?: { next?: string } } }>({
          what,
          method: 'GET',
          path: `${path}${path.includes('?') ? '&' : '?'}${query}`,
        });
        all.push(...((answer[key] ?? []) as T[]));
        if (!answer.links?.pages?.next) return all;
      }
    },
    post: (what, path, body) => json({ what, method: 'POST', path, body }),
    async remove(what, path) {
      await send({ what, method: 'DELETE', path });
    },
  };
}
