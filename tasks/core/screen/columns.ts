// Fits text into the columns of a terminal.

/** Fewer would break words, not lines. */
const fewest = 20;

/** Columns of the terminal, as $COLUMNS or the terminal says; without a terminal no line is too long. */
export function columnsOf(
  { isTTY, columns }: { isTTY?: boolean; columns?: number } = process.stdout,
  { COLUMNS }: NodeJS.ProcessEnv = process.env,
): number {
  const asked = Number(COLUMNS);
  return Number.isInteger(asked) && asked >= fewest ? asked : (isTTY && columns) || Number.POSITIVE_INFINITY;
}

/** A text in lines of at most `width` columns; a line that goes on begins with `indent` more blanks than it began with. */
export const wrapped = (text: string, width: number, indent = 0): string =>
  text
    .split('\n')
    .map((line) => (line.length <= width ? line : wrappedLine(line, width, indent)))
    .join('\n');

function wrappedLine(line: string, width: number, indent: number): string {
  const [lead = ''] = /^ */.exec(line) ?? [];
  const blank = ' '.repeat(lead.length + indent);
  const lines: string[] = [];
  let current = lead;
  for (const word of line.slice(lead.length).split(' ')) {
    const next = current.trim() === '' ? `${current}${word}` : `${current} ${word}`;
    const isFull = next.length > width && current.trim() !== '';
    if (isFull) lines.push(current.trimEnd());
    current = isFull ? `${blank}${word}` : next;
  }
  return [...lines, current].join('\n');
}
