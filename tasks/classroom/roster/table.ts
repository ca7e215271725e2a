// Splits the text of a class list into rows and cells.
import { parse } from 'csv-parse/sync';
import type { RosterProblem } from './problems.ts';

/** A row with its number as a spreadsheet shows it. */
export interface Row {
  row: number;
  cells: string[];
}

/** The comma comes last: names and dates hold commas. */
const separators = [';', '\t', '|', ','];

/** An address in the head of a mail that another one follows: `Ada <ada@example.org>;`. */
const mailed = /<[^<>@\s]+@[^<>@\s]+>\s*;/;

/** A tab between two cells, and not behind another separator. */
const innerTab = /[^\s,;|] *\t\s*\S/;

/** What mail programs and spreadsheets write, else what gives most rows the same number of cells; among equals most cells. */
function separatorOf(text: string): string {
  const lines = text
    .slice(0, 200_000)
    .split('\n', 200)
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/"[^"]*"/g, ''));
  if (lines.some((line) => mailed.test(line))) return ';';
  if (lines.filter((line) => innerTab.test(line)).length * 2 > lines.length) return '\t';
  const scores = separators.map((separator) => {
    const rows = new Map<number, number>();
    for (const line of lines) {
      const count = line.split(separator).length;
      if (count > 1) rows.set(count, (rows.get(count) ?? 0) + 1);
    }
    const [cells, alike] = [...rows].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
    return { separator, cells, alike };
  });
  return scores.sort((a, b) => b.alike - a.alike || b.cells - a.cells)[0]?.separator ?? ',';
}

/** All rows of a text, blank ones too. Excel's `sep=;` in the first line names the separator and is not a row. */
export function parseTable(text: string): { rows: Row[]; separator: string; problems: RosterProblem[] } {
  const lines = withLineFeeds(text);
  const [sepLine = '', named] = /^"?sep=(.)"?\n/i.exec(lines) ?? [];
  const body = lines.slice(sepLine.length);
  const separator = named ?? separatorOf(body);
  const { records, problems } = parseRecords(body, separator);
  const rows = records.map((cells, i) => ({ row: i + 1, cells: isRule(cells) ? [] : cells }));
  return { rows, separator, problems };
}

/** One kind of line ends, and without what old programs and broken copies leave at the end of a file. */
const withLineFeeds = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const lines = text.replace(/\r\n?/g, '\n').replace(/[\0\u001a\s]+$/, '\n');
  return lines.trimEnd().includes('\n') ? lines : lines.replace(/[\u0085\u2028\u2029]/g, '\n');
};

/** The line below the titles of a table in Markdown, or of a database: `|---|:--|`, `-----+-----`. */
const isRule = (cells: readonly string[]): boolean => {
  const filled = cells.map((cell) => cell.trim()).filter(Boolean);
  return filled.length > 0 && filled.every((cell) => /^:?[-=+]{3,}:?$/.test(cell));
};

/** `7, "Lovelace, Ada", A`: blanks around a cell in quotes that holds the separator. */
const blanksAround = (text: string, separator: string): boolean => {
  const end = separator === '\t' ? '\t' : `[${separator}]`;
  return new RegExp(`(?:^|${end}) *(?: "|"(?=[^"\\n]*" +${end}))[^"\\n]*${end}[^"\\n]*" *(?:${end}|$)`, 'm').test(text);
};

/** `"Ada \\"Countess\\" Lovelace"`, as databases write it. */
const isBackslashed = (text: string, separator: string): boolean =>
  !text.includes('""') && new RegExp(`[^"\\\\\\n]\\\\"[^"\\n${separator}]`).test(text);

function parseRecords(text: string, separator: string): { records: string[][]; problems: RosterProblem[] } {
  const records: string[][] = [];
  try {
    parse(text, {
      delimiter: separator,
      record_delimiter: ['\n'],
      trim: blanksAround(text.slice(0, 20_000), separator),
      escape: isBackslashed(text, separator) ? '\\' : '"',
      relax_column_count: true,
      // Names such as Dwayne "The Rock" Johnson stay what they are.
      relax_quotes: true,
      on_record: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
    return { records, problems: [] };
  } catch (error) {
    if ((error as { code?: string }).code !== 'CSV_QUOTE_NOT_CLOSED') throw error;
    return {
      records,
      problems: [{ row: records.length + 1, message: 'a quotation mark opens a cell and is never closed' }],
    };
  }
}
