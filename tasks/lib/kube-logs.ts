// A container's log as lines: a cut connection is taken up where it ended, without repeating or losing a line.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';
import { httpStatusOf } from './kube-failure.ts';
import type { Transport } from './kube-transport.ts';
import type { LogOptions } from './types.ts';

/** Where a log has been read to: the newest time in it, and how many of its last lines carry that time. */
interface Place {
  nanoseconds: bigint;
  lines: number;
}

/** A connection that is silent for longer may be dead: it is made anew. */
const idleMs = 120_000;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Nanoseconds since 1970 of an RFC 3339 time with up to nine decimals, and the text after it. */
export function splitTimestamp(line: string): { nanoseconds: bigint; text: string } | undefined {
  const [, second, fraction = '', zone, text = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)(?: (.*))?$/s.exec(line) ?? [];
  if (!second || !zone) return undefined;
  return { nanoseconds: BigInt(Date.parse(second + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0')), text };
}

export interface Resumer {
  /** For `sinceTime`: the newest whole second that was read, as the API knows no finer time. */
  since(): string | undefined;
  /** The next line comes from a new connection, which may repeat what was read. */
  restart(): void;
  /** A line without its timestamp, or undefined if it was read before. */
  take(line: string): string | undefined;
}

/** Keeps the place in a log over several connections. */
export function createResumer(): Resumer {
  let place: Place | undefined;
  let repeats = 0;
  return {
    since: () => place && new Date(Number(place.nanoseconds / 1_000_000_000n) * 1000).toISOString(),
    restart: () => {
      repeats = place?.lines ?? 0;
    },
    take(line) {
      const stamp = splitTimestamp(line);
      // The kubelet's own words, as on a log that was rotated away, have no time.
      if (!stamp) return line;
      if (repeats > 0 && place && stamp.nanoseconds <= place.nanoseconds) {
        if (stamp.nanoseconds === place.nanoseconds) repeats--;
        return undefined;
      }
      repeats = 0;
      if (stamp.nanoseconds === place?.nanoseconds) place.lines++;
      else place = { nanoseconds: stamp.nanoseconds, lines: 1 };
      return stamp.text;
    },
  };
}

export interface LogTarget {
  /** For messages: "pod spark/pi-driver". */
  what: string;
  path: string;
  /** Whether the container is still writing. */
  isRunning(): Promise<boolean>;
}

/** Yields lines until the log's end, or the container's if followed; ends quietly when `options.signal` aborts. */
export async function* readLog(transport: Transport, target: LogTarget, options: LogOptions): AsyncGenerator<string> {
  const { container, previous, tailLines, signal } = options;
  const resumer = createResumer();
  let follow = options.follow ?? false;
  let begun = false;
  let heardAt = performance.now();
  let pauseMs = firstPauseMs;
  let unfinished: string | undefined;
  while (!signal?.aborted) {
    resumer.restart();
    const sinceTime = resumer.since();
    const query = { container, previous, follow, timestamps: true, sinceTime, ...(sinceTime ? {} : { tailLines }) };
    const request = { what: `read the log of ${target.what}`, method: 'GET' as const, path: target.path, query };
    let cut = false;
    try {
      for await (const line of transport.lines(request, idleMs, signal)) {
        begun = true;
        unfinished = line.endsWith('\n') ? undefined : line;
        const text = unfinished ? undefined : resumer.take(line.slice(0, -1));
        if (text !== undefined) yield text;
        pauseMs = firstPauseMs;
      }
      begun = true;
      heardAt = performance.now();
    } catch (error) {
      transport.signal.throwIfAborted();
      if (signal?.aborted) return;
      if (begun && httpStatusOf(error) === 404) break;
      if (error instanceof Failure) {
        if (!begun || httpStatusOf(error) || performance.now() - heardAt > transport.timing.absenceMs) throw error;
      } else heardAt = performance.now();
      cut = true;
    }
    if (!follow && !cut) break;
    if (follow && !cut && !(await target.isRunning())) {
      // The end of the stream may have come before the end of the log: read what is left.
      follow = false;
      continue;
    }
    await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => {});
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
  const text = unfinished && !signal?.aborted ? resumer.take(unfinished) : undefined;
  if (text !== undefined) yield text;
}
