// Reads a container's log byte for byte, over lost connections and older files, and marks what is missing.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import { growingPause } from '../../core/retry.ts';
import { httpStatusOf, isUnanswered } from '../failure.ts';
import type { Transport } from '../transport/transport.ts';
import type { LogOptions, LogPiece } from '../types.ts';
import { type LogFolder, readLogFiles } from './files.ts';
import { gapLine, isWholeBeginning } from './gaps.ts';
import { readAhead } from './read-ahead.ts';
import type { Junction, SiftedLines } from './sieve.ts';
import { createSieve } from './sieve.ts';
import type { LogSource } from './source.ts';
import type { Stamp } from './stamps.ts';
import { createStampReader } from './stamps.ts';

const pauses = { firstMs: 100, longestMs: 2_000 };
/** What has not come for so long does not come at once with what did. */
const quietMs = 1_000;
/** Between two looks at the first line of the node's newest file. */
const lookMs = 250;

const newline = 10;

export interface LogTarget {
  /** For messages: "pod spark/pi-driver". */
  what: string;
  path: string;
  /** Undefined once the pod is gone. */
  look(): Promise<LogSource | undefined>;
}

/** Yields lines until the log's end, or the container's if followed; ends quietly when `options.signal` aborts. */
export async function* readLog(transport: Transport, target: LogTarget, options: LogOptions): AsyncGenerator<LogPiece> {
  const { container, previous, tailLines, signal } = options;
  const { silenceMs } = transport.timing;
  const sieve = createSieve(options.after);
  let follow = options.follow ?? false;
  let begun = false;
  let heardAt = performance.now();
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** How often in a row nothing came. */
  let failures = 0;
  /** The beginning of a line that has not ended. */
  let unfinished: Buffer[] = [];
  let isCut = false;
  let isGone = false;
  let isEmpty = true;
  /** What is missing before the next piece. */
  let gap = '';
  /** The beginning of a line that a file ends with, and the next file continues. */
  let carried: Buffer = Buffer.alloc(0);

  const request = (query: Record<string, string | number | boolean | undefined>) => ({
    what: `read the log of ${target.what}`,
    method: 'GET' as const,
    path: target.path,
    query: { container, previous, timestamps: true, ...query },
  });
  /** The first time in the node's newest file of this log; undefined while that is empty. */
  const headNow = async (): Promise<Stamp | undefined> => {
    const reader = createStampReader();
    const bytes = [];
    for await (const piece of transport.bytes(request({ limitBytes: 64 }), silenceMs, signal)) bytes.push(piece);
    return reader.read(Buffer.concat(bytes), 0) < 0 ? undefined : reader;
  };
  const whatFollows = (): Junction => {
    const after = sieve.place();
    return after ? { after } : {};
  };
  const piece = (lines: SiftedLines): LogPiece => {
    isEmpty = false;
    const named = gap;
    gap = '';
    const bytes = carried.length > 0 ? Buffer.concat([carried, lines.bytes]) : lines.bytes;
    carried = Buffer.alloc(0);
    return { ...lines, bytes, ...(named ? { gap: named } : {}) };
  };
  /** What the node's files have around a junction; reading continues behind it. */
  async function* fromFiles(
    folder: LogFolder,
    startedAt: number | undefined,
    junction: Junction,
  ): AsyncGenerator<LogPiece> {
    for await (const found of readLogFiles(transport, folder, junction)) {
      if ('bytes' in found) {
        if (found.place) sieve.moveTo(found.place);
        if (!junction.before || found.bytes.at(-1) === newline) yield piece(found);
        else carried = found.bytes;
      } else if (!isWholeBeginning(found, startedAt)) gap += gapLine(found, 'deleted');
    }
  }
  async function* bridge(junction: Junction): AsyncGenerator<LogPiece> {
    if (junction.after?.gap || (!junction.after && tailLines !== undefined)) return;
    const source = await target.look().catch(() => undefined);
    if (isWholeBeginning(junction, source?.startedAt)) return;
    try {
      if (!source?.folder) throw new Failure('the node is unknown');
      yield* fromFiles(source.folder, source.startedAt, junction);
    } catch {
      if (signal?.aborted) return;
      gap += gapLine({ ...junction, ...whatFollows() }, 'unreadable');
    }
  }
  /** A node that has just begun its newest file shows nothing of a log. */
  async function* olderFiles(): AsyncGenerator<LogPiece> {
    const source = await target.look().catch(() => undefined);
    if (!source?.folder || tailLines !== undefined) return;
    try {
      yield* fromFiles(source.folder, source.startedAt, {});
    } catch {
      // Whether there are others is not known to those who may not read them.
    }
  }
  async function* pieces(sifted: Iterable<SiftedLines | Junction>): AsyncGenerator<LogPiece> {
    for (const found of sifted)
      if ('bytes' in found) yield piece(found);
      else yield* bridge(found);
  }

  while (!signal?.aborted) {
    sieve.restart();
    const sinceTime = sieve.since();
    const stop = new AbortController();
    const until = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const wasCut = isCut;
    isCut = false;
    unfinished = [];
    try {
      const stream = transport.bytes(
        { ...request({ follow, sinceTime, ...(sinceTime ? {} : { tailLines }) }), beginsLate: follow },
        silenceMs,
        until,
      );
      for await (const bytes of readAhead(stream, quietMs)) {
        if (!bytes) {
          yield* pieces(sieve.settle(false));
          continue;
        }
        begun = true;
        failures = 0;
        const end = bytes.lastIndexOf(newline) + 1;
        const lines = end > 0 ? Buffer.concat([...unfinished, bytes.subarray(0, end)]) : undefined;
        unfinished = lines ? [bytes.subarray(end)] : [...unfinished, bytes];
        if (!lines) continue;
        if (follow && sieve.mayHaveMovedOn()) {
          await sleep(Math.max(0, lookedAt + lookMs - performance.now()), undefined, { signal: until });
          const head = await headNow().catch(() => undefined);
          lookedAt = performance.now();
          if (head) sieve.sawHead(head);
        }
        yield* pieces(sieve.take(lines));
      }
      begun = true;
      heardAt = performance.now();
      // A stream that follows may end in the midst: what was held back comes again.
      if (!follow) yield* pieces(sieve.settle(true));
    } catch (error) {
      transport.signal.throwIfAborted();
      if (signal?.aborted) return;
      if (begun && httpStatusOf(error) === 404) {
        isGone = true;
        if (wasCut || sieve.isBehind()) gap += gapLine(whatFollows(), 'gone');
        break;
      }
      // A kubelet begins its answer with the first line of the log.
      if (error instanceof Failure && !(follow && isUnanswered(error))) {
        if (!begun || httpStatusOf(error) || performance.now() - heardAt > transport.timing.absenceMs) throw error;
      } else heardAt = performance.now();
      isCut = true;
    } finally {
      stop.abort();
    }
    if (!follow && !isCut) break;
    if (follow && !isCut) {
      // An API server that ends ends its streams in good order, and answers no more.
      const source = await target.look().catch(() => 'unknown' as const);
      if (source !== 'unknown' && !source?.isRunning) {
        // The end of the stream may have come before the end of the log: read what is left.
        follow = false;
        continue;
      }
    }
    await sleep(growingPause(failures, pauses), undefined, signal ? { signal } : {}).catch(() => {});
    failures++;
  }
  if (signal?.aborted) return;
  // The node's newest file does not have the line that was read last.
  if (!isGone && sieve.isSearching()) yield* bridge(whatFollows());
  else if (!isGone && isEmpty && !options.after && unfinished.length === 0) yield* olderFiles();
  for (const found of [...sieve.take(Buffer.concat(unfinished)), ...sieve.settle(true)])
    if ('bytes' in found) yield piece({ bytes: found.bytes });
  if (carried.length > 0) yield piece({ bytes: Buffer.alloc(0) });
  const place = sieve.place();
  if (gap) yield { bytes: Buffer.alloc(0), ...(place ? { place: { ...place, gap: true } } : {}), gap };
}
