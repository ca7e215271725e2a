// The page of measurements: one table for each bench.
import { header } from './statistics.ts';

/** What one bench has found. */
export interface Found {
  title: string;
  /** Its cores and Node. */
  machine: string;
  /** Rows of the table, below `header`. */
  cells: string[][];
  notes: string[];
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function section({ title, machine, cells, notes }: Found): string {
  const lines = [row(header), row(header.map(() => '---')), ...cells.map(row)];
  return [`## ${title}`, `${machine}.`, lines.join('\n'), notes.map((note) => `- ${note}`).join('\n')]
    .filter(Boolean)
    .join('\n\n');
}

/** The whole page. */
export const benchmarksPage = (found: readonly Found[]): string =>
  `${[
    '# Benchmarks',
    [
      '`make bench` measures firesteel and its peers in turns on one machine. A ratio is the median of firesteel divided by the',
      'median of the peer. Below 1, firesteel takes less time; of a rate "a minute", more is better. Ratios hold on other machines,',
      'seconds do not.',
    ].join('\n'),
    ...found.map(section),
  ].join('\n\n')}\n`;
