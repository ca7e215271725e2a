// Prints the problems of a class list: each problem once, with all its rows.

/** Something wrong with a list. Rows are numbered as a spreadsheet shows them. */
export interface RosterProblem {
  row?: number;
  message: string;
}

const mostRows = 6;
const mostLines = 40;

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly (string | number)[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** `row 3`, `rows 3 and 5`, `rows 3, 4, 5, 6, 7 and 95 more`. */
export function shownRows(rows: readonly number[]): string {
  if (rows.length === 1) return `row ${rows[0]}`;
  if (rows.length <= mostRows) return `rows ${listed(rows)}`;
  return `rows ${listed([...rows.slice(0, mostRows - 1), `${rows.length - mostRows + 1} more`])}`;
}

/** A line for each message, in the order of their first rows; what concerns the whole list comes first. */
export function problemLines(label: string, problems: readonly RosterProblem[]): string[] {
  const rows = new Map<string, number[]>();
  const sorted = [...problems].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  for (const { message, row } of sorted) {
    const known = rows.get(message) ?? [];
    if (row !== undefined && known.at(-1) !== row) known.push(row);
    rows.set(message, known);
  }
  const lines = [...rows].map(([message, at]) => `${label}: ${at.length > 0 ? `${shownRows(at)}: ` : ''}${message}`);
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `${label}: ${lines.length - mostLines} more problems like these`];
}

/** `1 row`, `2 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

const escapedCode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A cell or title in a message: quoted and shortened, control characters and marks of direction escaped. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text).replace(/[\u007f-\u009f]|\p{Cf}/gu, escapedCode);
