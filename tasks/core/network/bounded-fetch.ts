// Fetches from a server that is not trusted: no redirect is followed, and bytes and time have a limit.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';

/** How much a server may take of this machine. */
export interface Bounds {
  /** Milliseconds for the whole answer, to its last byte. */
  ms: number;
  mostBytes: number;
  signal?: AbortSignal | undefined;
}

/** A redirect is an answer as well: what it leads to is never asked. */
export interface BoundedAnswer {
  status: number;
  body: Buffer;
}

/** The whole answer; Failure if it is late or too long, after which nothing more of it is read. */
export async function boundedFetch(
  url: string,
  init: Pick<RequestInit, 'method' | 'headers' | 'body'>,
  { ms, mostBytes, signal }: Bounds,
): Promise<BoundedAnswer> {
  const ending = new AbortController();
  const isOver = AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]);
  const late = sleep(ms, undefined, { signal: isOver }).then(() => {
    throw new Failure(`no whole answer within ${Math.ceil(ms / 1000)} s`);
  });
  const answer = fetch(url, { ...init, redirect: 'manual', signal: isOver }).then(async (response) => ({
    status: response.status,
    body: await bodyOf(response, mostBytes),
  }));
  // The signal alone does not do: a body that has begun when it is given may never end.
  const race = [answer, late];
  for (const one of race) one.catch(() => {});
  try {
    return await Promise.race(race);
  } finally {
    ending.abort();
  }
}

async function bodyOf(response: Response, mostBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Failure(`the answer has more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
