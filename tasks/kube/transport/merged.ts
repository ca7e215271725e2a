// Joins the pieces of a stream that arrive in one turn of the event loop.
import { finished, type Readable } from 'node:stream';

/** What waits for who takes it at most, in bytes; then the sender has to wait. */
const mostBytes = 1024 * 1024;

/**
 * Everything that has come since the last call. A server sends each line of a log by itself, and a promise for each would
 * cost more than all that is done with it. An error comes behind what came before it; who stops early ends the stream.
 */
export async function* merged(source: Readable): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let size = 0;
  let isOver = false;
  let failure: { error: unknown } | undefined;
  let isTold = false;
  let wake = () => {};
  const tell = () => {
    if (isTold) return;
    isTold = true;
    setImmediate(() => {
      isTold = false;
      wake();
    });
  };
  source.on('data', (piece: Buffer) => {
    pieces.push(piece);
    size += piece.length;
    if (size > mostBytes) source.pause();
    tell();
  });
  // Ended early, it says so once more.
  source.on('error', () => {});
  finished(source, { writable: false }, (error) => {
    if (error) failure = { error };
    isOver = true;
    tell();
  });
  try {
    for (;;) {
      if (size === 0 && !isOver)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (size > 0) {
        const all = Buffer.concat(pieces);
        pieces = [];
        size = 0;
        source.resume();
        yield all;
      } else if (isOver) break;
    }
    if (failure) throw failure.error;
  } finally {
    source.destroy();
  }
}
