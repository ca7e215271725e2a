// Finds the new lines of a log, over several connections and log files.
import type { LogPlace } from '../types.ts';
import type { Stamp } from './stamps.ts';
import { compareStamps, createStampReader, keptStamp, stampOf } from './stamps.ts';

/** A node went from one file of a log to another here: what it wrote between the two may have been passed over. */
export interface Junction {
  /** Up to where the log was read; none at its beginning. */
  after?: LogPlace;
  /** The time of the next line; none where no line follows. */
  before?: Stamp;
}

/** Whole lines without their times, and the place after them. */
export interface SiftedLines {
  bytes: Buffer;
  place?: LogPlace;
}

export interface Sieve {
  /** A new connection begins, which may repeat what was read. */
  restart(): void;
  /** For `sinceTime`: a second from which on all new lines are, as the API knows no finer time. */
  since(): string | undefined;
  /** Whether the node may have begun another file since the last look at its first line. */
  mayHaveMovedOn(): boolean;
  /** The node's newest file begins with this time. */
  sawHead(head: Stamp): void;
  /** What is new of these whole lines. While a junction is handled, `moveTo` may be called. */
  take(lines: Buffer): Generator<SiftedLines | Junction>;
  /** Nothing more comes, at least for now: lines that were held back until the last known one would come, and are new. */
  settle(isOver: boolean): Generator<SiftedLines | Junction>;
  /** Whether the node has begun a file that reading has not come to. */
  isBehind(): boolean;
  /** Whether this connection has not shown the line that was read last. */
  isSearching(): boolean;
  /** Where reading continues, after lines that came another way. */
  moveTo(place: LogPlace): void;
  place(): LogPlace | undefined;
}

const newline = 10;
/** The two outputs of a container overtake each other by less, in seconds. */
const disorder = 1;
/** A clock is set back by no more in the midst of a log, in seconds. */
const stepBack = 60;
/** No kubelet is set to begin another file after fewer bytes. */
const leastFile = 64 * 1024;
/** Of a file whose beginning was not counted. */
const unknownLength = leastFile + 1;

interface Line extends Stamp {
  text: Buffer;
}

type Last = Stamp & { lines: number; gap?: true };

const placed = (kept: LogPlace): Last => ({
  ...stampOf(kept),
  lines: kept.lines,
  ...(kept.gap ? { gap: kept.gap } : {}),
});

/** Keeps the place in a log, from a place that was read to before. */
export function createSieve(kept?: LogPlace): Sieve {
  const reader = createStampReader();
  let last = kept && placed(kept);
  /** The latest time of all lines so far. */
  let latest: Stamp | undefined = last;
  /** The first time of the file that is being read; of newer files, those that reading has not come to. */
  let head: Stamp | undefined;
  let newer: Stamp[] = [];
  /** The first time of this connection. A kubelet that opens the file again begins there: older lines were not requested. */
  let begin: Stamp | undefined;
  let bytesInFile = 0;
  /** Until the line that was read last comes again. */
  let isSearching = false;
  /** The file that has that line is read again: what comes before the line is known. */
  let isAgain = false;
  /** How many lines of its time have come again. */
  let seen = 0;
  let held: Line[] = [];

  const place = (): LogPlace | undefined =>
    last && { nanoseconds: keptStamp(last), lines: last.lines, ...(last.gap ? { gap: true as const } : {}) };
  const sifted = (bytes: Buffer): SiftedLines => {
    const now = place();
    return { bytes, ...(now ? { place: now } : {}) };
  };
  const search = (again: boolean) => {
    isSearching = last !== undefined;
    isAgain = again;
    seen = 0;
    held = [];
  };
  const readOn = ({ seconds, nanoseconds }: Stamp) => {
    if (last && last.seconds === seconds && last.nanoseconds === nanoseconds) last.lines++;
    else last = { seconds, nanoseconds, lines: 1 };
    if (!latest || compareStamps(last, latest) > 0) latest = last;
  };
  /** Until when lines that were read before may come again: of a clock that was set back, those of both times. */
  const knownUntil = (): Stamp | undefined =>
    latest && last && latest.seconds - last.seconds <= stepBack ? latest : last;
  const isSame = (one: Stamp | undefined, other: Stamp): boolean =>
    one !== undefined && compareStamps(one, other) === 0;
  /** Whether a kubelet opened its newest file once more, and begins it again with this line. */
  const isBeginAgain = (line: Stamp, behind: Stamp | undefined): boolean =>
    behind !== undefined && compareStamps(line, behind) < 0 && (isSame(head, line) || isSame(begin, line));
  /** The beginning of the newer file that this line is in: the line is the first one there, or certainly comes later. */
  const fileOf = (line: Stamp): Stamp | undefined =>
    newer.length > 0
      ? newer.findLast((first) => isSame(first, line) || line.seconds - first.seconds > disorder)
      : undefined;
  const enter = (line: Stamp, begins: Stamp): Junction => {
    const after = place();
    head = { ...begins };
    newer = newer.filter((one) => compareStamps(one, begins) > 0);
    return { ...(after ? { after } : {}), before: { ...line } };
  };

  /** The file of this connection does not have the line that was read last. */
  function* release(): Generator<SiftedLines | Junction> {
    const lines = held;
    isSearching = false;
    held = [];
    const [first] = lines;
    if (!first) return;
    yield enter(first, first);
    bytesInFile = unknownLength;
    for (const line of lines) readOn(line);
    yield sifted(Buffer.concat(lines.map(({ text }) => text)));
  }

  /** One line while searching. */
  function* find(text: Buffer | undefined): Generator<SiftedLines | Junction> {
    // A long line whose start is older than what was requested begins in its midst, without a time: it was read before.
    if (!last || !text) return;
    const { seconds, nanoseconds } = reader;
    const order = compareStamps(reader, last);
    if (order === 0) seen++;
    if (order === 0 ? seen === last.lines : seen > 0) {
      isSearching = false;
      held = [];
      if (order === 0) return;
      readOn(reader);
      return yield sifted(text);
    }
    if (isAgain) return;
    if (isBeginAgain(reader, held.at(-1))) held = [];
    if (order !== 0) held.push({ seconds, nanoseconds, text });
    if (seconds - (knownUntil() ?? last).seconds > disorder) yield* release();
  }

  return {
    restart() {
      begin = undefined;
      search(false);
    },
    since: () => last && new Date((last.seconds - disorder) * 1000).toISOString(),
    mayHaveMovedOn: () => last !== undefined && (!head || bytesInFile > leastFile),
    sawHead(first) {
      if (!last || isSame(head, first)) return;
      // Of two outputs the one that is late can begin a file earlier than the other one ends the file before.
      const isLate = head && compareStamps(first, head) > 0 && last.seconds - first.seconds <= disorder;
      if (isLate || compareStamps(first, last) > 0) {
        if (!newer.some((one) => isSame(one, first))) newer.push(first);
        return;
      }
      if (!head) bytesInFile = unknownLength;
      head = first;
    },
    *take(lines) {
      bytesInFile += lines.length;
      let into = Buffer.allocUnsafe(lines.length);
      let length = 0;
      const flush = (): SiftedLines => {
        const bytes = into.subarray(0, length);
        into = into.subarray(length);
        length = 0;
        return sifted(bytes);
      };
      for (let from = 0, end = 0; from < lines.length; from = end) {
        const found = lines.indexOf(newline, from);
        end = found < 0 ? lines.length : found + 1;
        const textAt = reader.read(lines, from);
        if (textAt >= 0) begin ??= { seconds: reader.seconds, nanoseconds: reader.nanoseconds };
        if (isSearching) {
          yield* find(textAt < 0 ? undefined : lines.subarray(textAt, end));
          continue;
        }
        if (textAt >= 0) {
          const begins = last ? fileOf(reader) : reader;
          if (begins) {
            if (length > 0) yield flush();
            yield enter(reader, begins);
            bytesInFile = lines.length - from;
          } else if (isBeginAgain(reader, last)) {
            if (length > 0) yield flush();
            search(true);
            yield* find(lines.subarray(textAt, end));
            continue;
          }
          readOn(reader);
        }
        // The kubelet's own words have no time.
        length += lines.copy(into, length, textAt < 0 ? from : textAt, end);
      }
      if (length > 0) yield flush();
    },
    *settle(isOver) {
      // As long as all that came is older, the last known line may still come.
      const known = knownUntil();
      const isPast = (line: Line) => known !== undefined && compareStamps(line, known) > 0;
      if (isSearching && held.length > 0 && (isOver || held.some(isPast))) yield* release();
    },
    isBehind: () => newer.length > 0,
    isSearching: () => isSearching,
    moveTo(now) {
      last = placed(now);
      if (!latest || compareStamps(last, latest) > 0) latest = last;
    },
    place,
  };
}
