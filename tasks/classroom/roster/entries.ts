// Turns the rows of a list into entries, without rows that are not students.
import { type Cell, cleanCell } from './cells.ts';
import type { Column, Columns } from './columns.ts';
import { type Field, plainTitle } from './fields.ts';
import { counted, listed, quoted, type RosterProblem } from './problems.ts';
import { hasLeft, isBetweenPeople, isStaff, isTestAccount, isTotal } from './roles.ts';
import type { Row } from './table.ts';

/** A row by what its cells hold. */
export interface Entry {
  row: number;
  text: (field: Field) => string;
  /** The text below any column. */
  below: (column: Column) => string;
  /** What is wrong with the cells that are used, each with its column's title. */
  problems: string[];
  wasCleaned: boolean;
}

interface Entries {
  entries: Entry[];
  problems: RosterProblem[];
  notices: string[];
}

const tick = (title: string): string => `\`${title}\``;

/** What programs write into an empty cell. `na` in small letters can be a login. */
const placeholder = /^([-–—]|n\/a|NA|null|none)$/;
const isPlaceholder = (text: string): boolean => placeholder.test(text) || placeholder.test(text.toLowerCase());

function entryOf({ row, cells }: Row, columns: Columns): Entry {
  const { login, email, id, group } = columns.byField;
  const keys = [login, email, id].map((column) => column?.index);
  const cleaned = new Map<number, Cell>();
  const used = [...Object.values(columns.byField), columns.chosen].filter((column) => column !== undefined);
  const problems = new Set<string>();
  for (const { index, title } of used) {
    const cell = cleanCell(cells[index], index === group?.index && index !== columns.chosen?.index);
    cleaned.set(index, keys.includes(index) && isPlaceholder(cell.text) ? { ...cell, text: '' } : cell);
    if (cell.problem) problems.add(`${tick(title)} ${cell.problem}`);
  }
  const below = ({ index }: Column): string => cleaned.get(index)?.text ?? '';
  return {
    row,
    below,
    text: (field) => {
      const column = columns.byField[field];
      return column ? below(column) : '';
    },
    problems: [...problems],
    wasCleaned: [...cleaned.values()].some((cell) => cell.wasCleaned),
  };
}

/** The people's rows below the titles. What is left out is counted in a notice. */
export function entriesOf(titles: readonly string[], body: readonly Row[], columns: Columns): Entries {
  const problems: RosterProblem[] = [];
  const out = new Map<string, number>();
  const unknown = new Map<string, string[]>();
  const leaveOut = (reason: string) => out.set(reason, (out.get(reason) ?? 0) + 1);
  const noteUnknown = ({ title }: Column, text: string) => {
    const texts = unknown.get(title) ?? [];
    unknown.set(title, texts);
    texts.push(text);
  };
  const header = titles.map(plainTitle).join('\n');
  const entries: Entry[] = [];
  const filled = body.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  // Names that all have a number or a day are no lines of a report.
  const firstBodyRow = filled.find(({ cells }) => cells.map(plainTitle).join('\n') !== header);
  const hasTotals = titles.length > 0 && !firstBodyRow?.cells.some((cell) => isTotal(cell.trim()));
  for (const [at, row] of filled.entries()) {
    if (titles.length > 0 && row.cells.map(plainTitle).join('\n') === header) {
      leaveOut('repeats the titles');
      continue;
    }
    const entry = entryOf(row, columns);
    const isLast = hasTotals && at >= filled.length - lastRows;
    const reason = reasonToLeaveOut(entry, columns, isLast, noteUnknown);
    if (reason) {
      leaveOut(reason);
      continue;
    }
    const extra = titles.length > 0 ? row.cells.slice(titles.length).filter((cell) => cell.trim() !== '') : [];
    if (extra.length > 0)
      problems.push({
        row: row.row,
        message: 'has more cells than the list has titles: put a cell that holds the separator in quotes',
      });
    problems.push(...entry.problems.map((message) => ({ row: row.row, message })));
    entries.push(entry);
  }
  return { entries, problems, notices: [...leftOutLines(out), ...unknownLines(unknown)] };
}

/** Rows at the end that can sum up the others. */
const lastRows = 3;

function reasonToLeaveOut(
  entry: Entry,
  columns: Columns,
  isLast: boolean,
  noteUnknown: (column: Column, text: string) => void,
): string | undefined {
  const { byField } = columns;
  const keys = [
    entry.text('login'),
    entry.text('email'),
    entry.text('id'),
    ...(columns.chosen ? [entry.below(columns.chosen)] : []),
  ];
  const names = [entry.text('full'), entry.text('first'), entry.text('last')].filter(Boolean);
  if (keys.every((key) => key === '') && entry.problems.length === 0) {
    if (names.length === 0) return 'has neither a name nor another value that identifies a person';
    const hasKeys = Boolean(byField.login ?? byField.email ?? byField.id);
    const [name = '', ...others] = names;
    if (others.length === 0 && (hasKeys ? isBetweenPeople(name) : isLast && isTotal(name)))
      return `is ${quoted(name)}, not a person`;
  }
  const name = entry.text('full') || `${entry.text('first')} ${entry.text('last')}`;
  if (isTestAccount(name, entry.text('login'), columns)) return 'is a test account';
  for (const [field, column, isOut] of [
    ['role', byField.role, isStaff],
    ['state', byField.state, hasLeft],
  ] as const) {
    const text = entry.text(field);
    if (!column || text === '') continue;
    const answer = isOut(text);
    if (answer) return `has ${tick(column.title)} ${quoted(text)}`;
    if (answer === undefined) noteUnknown(column, text);
  }
  return undefined;
}

const leftOutLines = (counts: Map<string, number>): string[] =>
  [...counts].map(([what, count]) => `left out: ${counted(count, 'row')} that ${count === 1 ? what : plural(what)}`);

const unknownLines = (byTitle: ReadonlyMap<string, string[]>): string[] =>
  [...byTitle].map(([title, texts]) => {
    const some = [...new Set(texts)].slice(0, 3).map(quoted);
    return `kept: ${counted(texts.length, 'row')} whose ${tick(title)} firesteel does not know, such as ${listed(some)}`;
  });

/** A reason for several rows. */
const plural = (what: string): string =>
  what
    .replace(/^has /, 'have ')
    .replace(/^is a test account$/, 'are test accounts')
    .replace(/^is (.*), not a person$/, 'are $1, not people')
    .replace(/^repeats /, 'repeat ');
