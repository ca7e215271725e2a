// Lays out text for a terminal of any width: rows as columns or stacked.
import { wrapped } from '../core/screen/columns.ts';

/** Two columns; the second one is wrapped. */
export function listed(rows: readonly (readonly [label: string, text: string])[], width: number): string {
  const label = Math.max(...rows.map(([one]) => one.length)) + 2;
  if (width < label + 24) return rows.map(([one, text]) => wrapped(`${one}: ${text}`, width, 2)).join('\n');
  return rows.map(([one, text]) => wrapped(`${one.padEnd(label)}${text}`, width, label)).join('\n');
}

/** What a value is, and where it comes from. */
export interface ValueRow {
  label: string;
  value: string;
  source: string;
}

/** Label, value and source in columns, or below each other where a row would not fit. */
export function valueTable(rows: readonly ValueRow[], width: number): string {
  const all = [{ label: 'SETTING', value: 'VALUE', source: 'SOURCE' }, ...rows];
  const widest = (key: keyof ValueRow) => Math.max(...all.map((row) => row[key].length));
  const [label, value] = [widest('label'), widest('value')];
  if (label + value + widest('source') + 4 > width)
    return rows.map((row) => wrapped(`${row.label}: ${row.value} (${row.source})`, width, 2)).join('\n');
  return all.map((row) => `${row.label.padEnd(label)}  ${row.value.padEnd(value)}  ${row.source}`.trimEnd()).join('\n');
}

/** Stands for a blank at which no line ends. */
const noBreak = '\u00a0';

/** A command in lines that a shell takes as one; a terminal would break its words. */
export function foldedCommand(command: string, width: number): string {
  const text = `  ${command}`;
  if (text.length <= width) return text;
  // A line must not end within quotes; the shell has an apostrophe between two quoted parts of a word.
  const inQuotes = /(?:'[^']*'|\\')+/g;
  const joined = text.replaceAll(inQuotes, (quoted) => quoted.replaceAll(' ', noBreak));
  return wrapped(joined, width - 2, 2)
    .replaceAll('\n', ' \\\n')
    .replaceAll(noBreak, ' ');
}

/** The text of a file; only its comments can be wrapped. */
export const shownFile = (text: string, width: number): string =>
  text.replaceAll(/^# .*$/gm, (line) => wrapped(line, width - 2).replaceAll('\n', '\n# '));
