// Splits a stream of bytes into lines, as bytes, because output need not be text.

const newline = 10;

/** Lines with their newlines; the last one has none if it is unfinished. An error leaves out the line it came in. */
export async function* splitLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let begun: Uint8Array[] = [];
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      yield Buffer.concat([...begun, piece.subarray(from, end + 1)]);
      begun = [];
      from = end + 1;
    }
    if (from < piece.length) begun.push(piece.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

/** Many lines at once: each buffer ends with a newline, the last one may not. */
export async function* wholeLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let begun: Uint8Array[] = [];
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(newline) + 1;
    if (end > 0) yield Buffer.concat([...begun, piece.subarray(0, end)]);
    begun = end > 0 ? [piece.subarray(end)] : [...begun, piece];
  }
  const last = Buffer.concat(begun);
  if (last.length > 0) yield last;
}
