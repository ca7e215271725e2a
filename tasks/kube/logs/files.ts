// The log files that a node keeps of a container, including those that the log API does not show.
// The kubelet hands them out to those who may read nodes: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure } from '../../core/failure.ts';
import { splitLines } from '../../core/lines.ts';
import { httpStatusOf } from '../failure.ts';
import type { Transport } from '../transport/transport.ts';
import type { Junction, SiftedLines } from './sieve.ts';
import { createSieve } from './sieve.ts';
import type { Stamp } from './stamps.ts';
import { compareStamps, createStampReader, stampOf } from './stamps.ts';

/** Where the files of one container's log are. */
export interface LogFolder {
  node: string;
  /** `namespace_pod_uid` and the container, below the node's folder of logs. */
  pod: string;
  container: string;
  /** Counts the container's starts from 0; begins the files' names. */
  start: number;
}

const idleMs = 15_000;
const newline = 10;

/**
 * The lines after a place and before the line of a time; from the log's beginning and to its end where they are left
 * out; none of a log that is one file where both are left out. A junction among them is where even the files lack lines. Failure if the node's files cannot be read.
 */
export async function* readLogFiles(
  transport: Transport,
  folder: LogFolder,
  { after, before }: Junction,
): AsyncGenerator<SiftedLines | Junction> {
  const path = `/api/v1/nodes/${folder.node}/proxy/logs/pods/${folder.pod}/${folder.container}/`;
  const listNow = () => list(transport, path, folder.start);
  const files = await listNow();
  if (!after && !before && files.length === 1) return;
  const read = (name: string) => readFile(transport, path, name);
  const sieve = createSieve(after);
  let first = after ? files.length - 1 : 0;
  let head: Stamp | undefined;
  if (after)
    for (; first >= 0; first--) {
      head = (await headOf(read(files[first] ?? ''))) ?? head;
      // The two outputs of a container overtake each other: a file may begin earlier than the one before it ends.
      const isNext = head && before && compareStamps(head, before) === 0;
      if (head && !isNext && compareStamps(head, stampOf(after)) <= 0) break;
    }
  // The file that the place was in is gone, with all that came after the place in that file.
  if (first < 0 && after) yield { after, ...(head ? { before: head } : {}) };
  else sieve.restart();
  let isEmpty = true;
  const known = withoutGz(files.at(-2) ?? '');
  for await (const lines of asKubelet(readInOrder(files.slice(Math.max(first, 0)), known, read, listNow), before)) {
    isEmpty = false;
    yield* sieve.take(lines);
  }
  yield* sieve.settle(true);
  // Others were there, and went while this was looked at: the oldest one begins where reading does.
  if (isEmpty && !after && before && files.length > 1) yield { before };
}

const withoutGz = (name: string): string => name.replace(/\.gz$/, '');

/**
 * These files, the newest one last. A node that begins another file gives the newest one a new name: where it has done
 * so since the list was made, the list of now has files after the last `known` one.
 */
async function* readInOrder(
  names: readonly string[],
  known: string,
  read: (name: string) => AsyncGenerator<Uint8Array>,
  listNow: () => Promise<string[]>,
): AsyncGenerator<Uint8Array> {
  const newest = names.at(-1) ?? '';
  for (const name of names.slice(0, -1)) yield* read(name);
  const pieces = read(newest);
  try {
    const first = await pieces.next();
    const since = (await listNow()).filter((name) => name === newest || withoutGz(name) > known);
    if (since.length > 1) return yield* readInOrder(since, withoutGz(since.at(-2) ?? ''), read, listNow);
    if (!first.done) yield first.value;
    yield* pieces;
  } finally {
    await pieces.return(undefined);
  }
}

/** The names of a log's files, the oldest first. */
async function list(transport: Transport, path: string, start: number): Promise<string[]> {
  const { body } = await transport.send({ what: "list the node's log files", method: 'GET', path });
  const names = [...body.matchAll(/<a href="([^"]+)"/g)].map(([, name = '']) => decodeURIComponent(name));
  const older = new RegExp(`^${start}\\.log\\.\\d{8}-\\d{6}(\\.gz)?$`);
  // One that is being compressed is there twice.
  const isDouble = (name: string) => name.endsWith('.gz') && names.includes(name.slice(0, -'.gz'.length));
  const rotated = names.filter((name) => older.test(name) && !isDouble(name));
  return [...rotated.sort(), `${start}.log`];
}

async function* readFile(transport: Transport, path: string, name: string): AsyncGenerator<Uint8Array> {
  const ask = (file: string) =>
    transport.bytes({ what: `read log file ${file}`, method: 'GET', path: `${path}${file}` }, idleMs);
  if (name.endsWith('.gz')) return yield* unzipped(ask(name));
  try {
    yield* ask(name);
  } catch (error) {
    if (httpStatusOf(error) !== 404) throw error;
    // The kubelet has compressed it since.
    yield* unzipped(ask(`${name}.gz`));
  }
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  const source = Readable.from(bytes);
  source.on('error', (error) => unzip.destroy(error)).pipe(unzip);
  try {
    yield* unzip as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
  }
}

async function headOf(bytes: AsyncIterable<Uint8Array>): Promise<Stamp | undefined> {
  const reader = createStampReader();
  for await (const line of splitLines(bytes))
    return reader.read(line, 0) < 0 ? undefined : { seconds: reader.seconds, nanoseconds: reader.nanoseconds };
  return undefined;
}

const [space, partial] = [0x20, 0x50];

/**
 * Records of files as whole lines with their times, as the kubelet gives them; up to the record of that time, which may
 * continue a line: its beginning is the last that comes, without a newline.
 * https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
async function* asKubelet(files: AsyncIterable<Uint8Array>, before?: Stamp): AsyncGenerator<Buffer> {
  const reader = createStampReader();
  let rest = Buffer.alloc(0);
  /** A line that continues in the next record. */
  let begun = Buffer.alloc(0);
  let isNewLine = true;
  for await (const piece of files) {
    const records = Buffer.concat([rest, piece]);
    const lines = Buffer.allocUnsafe(records.length);
    let length = 0;
    let whole = 0;
    let from = 0;
    let isEnd = false;
    for (let end = records.indexOf(newline); end >= 0; end = records.indexOf(newline, from)) {
      // `TIME stdout F text`, where P instead of F says that the line continues.
      const streamAt = reader.read(records, from);
      const tagAt = records.indexOf(space, streamAt) + 1;
      const textAt = records.indexOf(space, tagAt) + 1;
      if (streamAt < 0 || tagAt === 0 || textAt === 0 || textAt > end + 1) throw unknownForm();
      isEnd = before !== undefined && compareStamps(reader, before) === 0;
      if (isEnd) break;
      if (isNewLine) length += records.copy(lines, length, from, streamAt);
      isNewLine = records[tagAt] !== partial;
      length += records.copy(lines, length, textAt, isNewLine ? end + 1 : end);
      if (isNewLine) whole = length;
      from = end + 1;
    }
    rest = records.subarray(from);
    if (whole > 0) yield Buffer.concat([begun, lines.subarray(0, whole)]);
    begun = Buffer.concat([whole > 0 ? Buffer.alloc(0) : begun, lines.subarray(whole, length)]);
    if (isEnd) break;
  }
  if (begun.length > 0) yield begun;
}

const unknownForm = (): Failure => new Failure('the node keeps logs in an unknown format');
