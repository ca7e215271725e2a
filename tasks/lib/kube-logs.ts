// A container's log, byte for byte: a cut connection is taken up where it ended, without repeating or losing a line.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.ts';
import { httpStatusOf } from './kube-failure.ts';
import type { Transport } from './kube-transport.ts';
import type { LogLine, LogOptions, LogPlace } from './types.ts';

/** A connection that is silent for longer may be dead: it is made anew. */
const idleMs = 120_000;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

const newline = 10;
/** An RFC 3339 time with nine decimals and an offset is 35 bytes; a space follows. */
const longestStamp = 36;

/** Nanoseconds since 1970 of an RFC 3339 time with up to nine decimals, and the bytes after it and its space. */
export function splitTimestamp(line: Buffer): { nanoseconds: bigint; text: Buffer } | undefined {
  const start = line.toString('latin1', 0, longestStamp);
  const [stamp, second, fraction = '', zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)(?: |\n|$)/.exec(start) ?? [];
  if (!stamp || !second || !zone) return undefined;
  const nanoseconds = BigInt(Date.parse(second + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return { nanoseconds, text: line.subarray(stamp.endsWith('\n') ? stamp.length - 1 : stamp.length) };
}

export interface Resumer {
  /** The newest time that was read, and how many of the last lines carry it. */
  place(): LogPlace | undefined;
  /** For `sinceTime`: the newest whole second that was read, as the API knows no finer time. */
  since(): string | undefined;
  /** The next line comes from a new connection, which may repeat what was read. */
  restart(): void;
  /** A line without its timestamp, or undefined if it was read before. */
  take(line: Buffer): Buffer | undefined;
}

/** Keeps the place in a log over several connections, from a place that was read to before. */
export function createResumer(after?: LogPlace): Resumer {
  let place = after && { nanoseconds: BigInt(after.nanoseconds), lines: after.lines };
  let repeats = 0;
  let isFresh = false;
  return {
    place: () => place && { nanoseconds: `${place.nanoseconds}`, lines: place.lines },
    since: () => place && new Date(Number(place.nanoseconds / 1_000_000_000n) * 1000).toISOString(),
    restart: () => {
      repeats = place?.lines ?? 0;
      isFresh = place !== undefined;
    },
    take(line) {
      const stamp = splitTimestamp(line);
      // The kubelet's own words have no time. Nor has what begins in the midst of a long line, whose start is older than
      // what was asked for: it was read before.
      if (!stamp) return isFresh ? undefined : line;
      isFresh = false;
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
export async function* readLog(transport: Transport, target: LogTarget, options: LogOptions): AsyncGenerator<LogLine> {
  const { container, previous, tailLines, signal } = options;
  const resumer = createResumer(options.after);
  let follow = options.follow ?? false;
  let begun = false;
  let heardAt = performance.now();
  let pauseMs = firstPauseMs;
  let unfinished: Buffer | undefined;
  const taken = (line: Buffer): LogLine | undefined => {
    const bytes = resumer.take(line);
    const place = resumer.place();
    return bytes && { bytes, ...(place ? { place } : {}) };
  };
  while (!signal?.aborted) {
    resumer.restart();
    const sinceTime = resumer.since();
    const query = { container, previous, follow, timestamps: true, sinceTime, ...(sinceTime ? {} : { tailLines }) };
    const request = { what: `read the log of ${target.what}`, method: 'GET' as const, path: target.path, query };
    let cut = false;
    try {
      for await (const line of transport.lines(request, idleMs, signal)) {
        begun = true;
        unfinished = line.at(-1) === newline ? undefined : line;
        const whole = unfinished ? undefined : taken(line);
        if (whole) yield whole;
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
  const last = unfinished && !signal?.aborted ? taken(unfinished) : undefined;
  if (last) yield last;
}
