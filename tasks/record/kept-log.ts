// Keeps a container's log in the run's folder, byte for byte, with the position for the next reader.
import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { wholeLines } from '../core/lines.ts';
import type { LogPiece, LogPlace } from '../kube/types.ts';

/** Up to where a log was kept. */
interface Mark {
  /** Which start of which container wrote it. */
  container: string;
  /** Of whole lines. */
  bytes: number;
  place?: LogPlace;
}

/** A log that is being kept, or one that another process keeps. */
export interface KeptLog {
  /** What was kept before, up to the end of a line. */
  before(): AsyncIterable<Buffer>;
  /** Where reading continues. */
  readonly after: LogPlace | undefined;
  add(piece: LogPiece): void;
  close(): void;
}

const mode = 0o600;
const newline = 10;

/** Where the log of that name is: `driver`, `executor-1`. */
export const logPath = (folder: string, name: string): string => join(folder, `${name}.log`);

/** The name of the log of a container's start before the newest one. */
export const previousName = (name: string): string => `${name}.previous`;

const markPath = (folder: string, name: string): string => `${logPath(folder, name)}.place`;

/** Goes on with what was kept of this container; the log of its previous start is put aside. */
export function openKeptLog(folder: string, name: string, containerId?: string): KeptLog {
  const known = readMark(folder, name);
  const container = containerId ?? known?.container ?? '';
  if (known && known.container !== container) putAside(folder, name);
  const mark = known?.container === container ? known : undefined;
  const open = (path: string) => openSync(path, constants.O_RDWR | constants.O_CREAT, mode);
  const log = open(logPath(folder, name));
  const beside = open(markPath(folder, name));
  let now: Mark = mark ?? { container, bytes: 0 };
  let pending: NodeJS.Immediate | undefined;
  let isBegun = mark !== undefined;
  const save = () => {
    pending = undefined;
    writeSync(beside, markText(now), 0);
  };
  return {
    before: () => keptLines(folder, name, now.bytes),
    after: now.place,
    add({ bytes: lines, place, gap = '' }) {
      const bytes = gap ? Buffer.concat([Buffer.from(gap), lines]) : lines;
      // What nobody knows the place in is kept until there is something better.
      if (!isBegun) ftruncateSync(log, 0);
      isBegun = true;
      for (let done = 0; done < bytes.length; ) done += writeSync(log, bytes, done, undefined, now.bytes + done);
      // A line that is not finished comes again, whole.
      if (bytes.at(-1) !== newline) return;
      now = { container, bytes: now.bytes + bytes.length, ...(place ? { place } : {}) };
      pending ??= setImmediate(save);
    },
    close() {
      clearImmediate(pending);
      if (isBegun) save();
      closeSync(log);
      closeSync(beside);
    },
  };
}

/** The same log where another process keeps it: what is there already, and where reading continues beside that process. */
export function watchKeptLog(folder: string, name: string, containerId?: string): KeptLog {
  const known = readMark(folder, name);
  const mark = !containerId || known?.container === containerId ? known : undefined;
  return {
    before: () => keptLines(folder, name, mark?.bytes ?? 0),
    after: mark?.place,
    add: () => {},
    close: () => {},
  };
}

/** The lines of a log, or of as many of its first bytes, many at once; none if there is no such log. */
export async function* keptLines(
  folder: string,
  name: string,
  bytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  const path = logPath(folder, name);
  if (bytes > 0 && existsSync(path)) yield* wholeLines(createReadStream(path, { end: bytes - 1 }));
}

/** As long as any other, so that a newer one replaces all of it. */
const markText = (mark: Mark): string => `${JSON.stringify(mark).padEnd(255)}\n`;

function readMark(folder: string, name: string): Mark | undefined {
  try {
    return JSON.parse(readFileSync(markPath(folder, name), 'utf8')) as Mark;
  } catch {
    return undefined;
  }
}

function putAside(folder: string, name: string): void {
  const to = previousName(name);
  for (const path of [logPath, markPath])
    if (existsSync(path(folder, name))) renameSync(path(folder, name), path(folder, to));
}
