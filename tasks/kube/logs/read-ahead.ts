// Reads a stream ahead of its consumer, who gets many pieces at once.
import { setTimeout as sleep } from 'node:timers/promises';

/** What is read ahead at most, in bytes; then the sender has to wait. */
const mostBytes = 4 * 1024 * 1024;

/** Between two answers, in ms: a server may send a log in thousands of small pieces. */
const leastMs = 50;

/** Everything that has come since the last call, as one buffer; undefined where nothing came for `quietMs`. */
export async function* readAhead(
  source: AsyncIterable<Uint8Array>,
  quietMs: number,
): AsyncGenerator<Buffer | undefined> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  let isDone = false;
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  let goOn = () => {};
  let isOver = false;
  let answeredAt = Number.NEGATIVE_INFINITY;
  const read = async () => {
    for await (const piece of source) {
      pieces.push(piece);
      size += piece.length;
      wake();
      if (size > mostBytes && !isOver)
        await new Promise<void>((resume) => {
          goOn = resume;
        });
    }
  };
  void read()
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      isDone = true;
      wake();
    });
  try {
    for (;;) {
      if (size === 0 && !isDone)
        await new Promise<void>((resume) => {
          const timer = setTimeout(resume, quietMs);
          wake = () => {
            clearTimeout(timer);
            resume();
          };
        });
      if (size > 0) {
        await sleep(Math.max(0, answeredAt + leastMs - performance.now()));
        answeredAt = performance.now();
        const all = Buffer.concat(pieces);
        pieces = [];
        size = 0;
        goOn();
        yield all;
      } else if (isDone) break;
      else yield undefined;
    }
    if (failure) throw failure.error;
  } finally {
    isOver = true;
    goOn();
  }
}
