// Keeps talkative programs readable: at most one line in a while.

/** Passes on the first line of every `milliseconds`; the others are dropped. */
export function paced(line: (text: string) => void, milliseconds = 1000): (text: string) => void {
  let next = 0;
  return (text) => {
    const now = performance.now();
    if (now < next || text.trim() === '') return;
    next = now + milliseconds;
    line(text.trim());
  };
}
