// Compares two texts line by line, without secrets.
import { hiddenLine } from '../secret-names.ts';

/** At most this number of lines shows what becomes of a text. */
const mostLines = 60;

/** Lines that `after` lacks (`- `) or adds (`+ `), in their order; `…` stands for what is left out. */
export async function changedLines(before: string, after: string): Promise<string[]> {
  const { diffLines } = await import('diff');
  const lines = diffLines(before, after).flatMap(({ added, removed, value }) =>
    added || removed
      ? value
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => `${added ? '+' : '-'} ${hiddenLine(line)}`)
      : [],
  );
  return lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines), `… and ${lines.length - mostLines} more lines`];
}
