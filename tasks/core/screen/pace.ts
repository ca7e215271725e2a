// Limits the lines of verbose programs: at most one line in an interval.

/** Passes on the first line of every `milliseconds` at once, and at their end the last one. A step shows none once it has ended. */
export function paced(line: (text: string) => void, milliseconds = 1000): (text: string) => void {
  let next = 0;
  let last: string | undefined;
  const show = (text: string) => {
    next = performance.now() + milliseconds;
    line(text);
  };
  return (text) => {
    if (text.trim() === '') return;
    const now = performance.now();
    if (last === undefined && now >= next) return show(text.trim());
    if (last === undefined)
      setTimeout(() => {
        const newest = last ?? '';
        last = undefined;
        show(newest);
      }, next - now).unref();
    last = text.trim();
  };
}
