// Lays out rows of cells: as columns, or below each other on a narrow terminal.
import { columnsOf, wrapped } from './columns.ts';

/**
 * Rows of cells as lines, each column as wide as its widest cell. Where a line would be too long, each row is a few lines:
 * its first cell, then the others below their heads.
 */
export function table(rows: string[][], columns = columnsOf()): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.every((line) => line.length <= columns) ? lines : stacked(rows, columns);
}

const isHead = (cells: readonly string[]): boolean =>
  cells.some(Boolean) && cells.every((cell) => cell === cell.toUpperCase());

function stacked(rows: readonly string[][], columns: number): string[] {
  const [head = [], ...others] = rows;
  if (!isHead(head)) return rows.flatMap((row) => wrapped(row.filter(Boolean).join('  '), columns, 2).split('\n'));
  return others.flatMap(([first = '', ...cells]) => [
    ...wrapped(first, columns, 2).split('\n'),
    ...cells.flatMap((cell, i) =>
      cell.trim() === '' ? [] : wrapped(`  ${[head[i + 1], cell].filter(Boolean).join(': ')}`, columns, 2).split('\n'),
    ),
  ]);
}
