// Reads a class list: an export, a sheet or a typed list, in any usual encoding.
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { usageFailure } from '../../core/failure.ts';
import { decode, exportHint, isZip } from './bytes.ts';
import { shownTitle } from './cells.ts';
import { type ChosenTitles, headerOf, readColumnFlags, titlesIn } from './columns.ts';
import { type People, peopleOf } from './people.ts';
import { listed, problemLines, quoted, type RosterProblem } from './problems.ts';
import { readSheets } from './sheet.ts';
import { parseTable, type Row } from './table.ts';

/** A class list that was read. */
export type Roster = Omit<People, 'problems'>;

const mostBytes = 16 * 1024 * 1024;

/**
 * Reads a list. `columns` are `--column` flags: `id=TITLE` for the column that identifies people. Throws one usage Failure
 * with a line for every problem.
 */
export async function readRoster(path: string, columns: readonly string[] = []): Promise<Roster> {
  const chosen = readColumnFlags(columns);
  return readRosterBytes(await rosterBytes(path), basename(path), chosen);
}

/** The bytes of a list. Throws a usage Failure for what is no file, or too large. */
export async function rosterBytes(path: string): Promise<Uint8Array> {
  const about = await stat(path).catch(() => undefined);
  if (!about) throw usageFailure(`${path}: no such file`);
  if (!about.isFile()) throw usageFailure(`${path}: not a file`);
  if (about.size > mostBytes)
    throw usageFailure(`${path}: expected at most 16 MB, got ${Math.round(about.size / 1e6)} MB`);
  return readFile(path);
}

/** Reads people that were typed: a line each. */
export const readTyped = (text: string, label: string): Promise<Roster> =>
  readRosterBytes(Buffer.from(text), label, new Map());

async function readRosterBytes(bytes: Uint8Array, label: string, chosen: ChosenTitles): Promise<Roster> {
  const { rows, separator, problems, notices, isGuessed, sheet } = await readRows(bytes, label, chosen);
  if (rows.every(isBlank)) throw usageFailure(`${label} is empty`, exportHint);
  const { problems: others, ...list } = peopleOf(rows, separator, chosen);
  problems.push(...others);
  if (problems.length === 0 && list.people.length === 0)
    problems.push({ message: ['the list contains no people', ...list.notices].join('; ') });
  if (problems.length > 0) {
    const lines = problemLines(sheet === undefined ? label : `${label}, sheet ${quoted(sheet)}`, problems);
    const hints = [hintFor(problems), isGuessed ? guessHint : undefined];
    throw usageFailure(lines.join('\n'), hints.filter(Boolean).join('; '));
  }
  const guess = isGuessed ? guessNotice(list.people, titlesOf(rows, chosen)) : [];
  return { ...list, notices: [...notices, ...guess, ...list.notices] };
}

interface Rows {
  rows: Row[];
  /** Undefined for a sheet. */
  separator?: string;
  problems: RosterProblem[];
  notices: string[];
  /** The encoding is one that fits any bytes. */
  isGuessed?: boolean;
  /** The sheet's name, if the workbook has several. */
  sheet?: string;
}

const isBlank = ({ cells }: Row): boolean => cells.every((cell) => cell.trim() === '');

/** The rows of a list, of a workbook those of the sheet with most titles. */
export async function readRows(bytes: Uint8Array, label: string, chosen: ChosenTitles): Promise<Rows> {
  if (!isZip(bytes)) {
    const { text, encoding } = decode(bytes, label);
    const table = parseTable(text);
    const isGuessed = encoding === 'windows-1252';
    return { ...table, notices: [], isGuessed, ...inOneColumn(table.rows, chosen) };
  }
  const sheets = (await readSheets(bytes, label)).filter(({ rows }) => !rows.every(isBlank));
  const scores = sheets.map(({ rows }) => titlesIn(rows, chosen));
  const { name, rows } = sheets[scores.indexOf(Math.max(...scores))] ?? { name: '', rows: [] };
  const one = sheets.length > 1 ? { sheet: name } : {};
  const notices = sheets.length > 1 ? [`reading sheet ${quoted(name)}, one of ${sheets.length}`] : [];
  return { rows, problems: [], notices, ...one, ...inOneColumn(rows, chosen) };
}

/** A whole CSV in the first column, where a spreadsheet leaves one that has another separator than it expects. */
function inOneColumn(rows: readonly Row[], chosen: ChosenTitles): Partial<Rows> {
  const isNarrow = rows.every(({ cells }) => cells.slice(1).every((cell) => cell.trim() === ''));
  if (!isNarrow || titlesIn(rows, chosen) > 0) return {};
  const table = parseTable(rows.map(({ cells: [first = ''] }) => first.replace(/[\r\n]+/g, ' ')).join('\n'));
  return titlesIn(table.rows, chosen) > 1 ? table : {};
}

const titlesOf = (rows: readonly Row[], chosen: ChosenTitles): string[] => {
  const filled = rows.filter((row) => !isBlank(row));
  return (filled[headerOf(filled, chosen)]?.cells ?? []).map(shownTitle);
};

/** What a teacher can judge: names and titles that another encoding would have spoilt. */
function guessNotice(people: Roster['people'], titles: readonly string[]): string[] {
  const words = [...people.map(({ shown }) => shown), ...titles].filter((word) => /[^ -~]/.test(word));
  if (words.length === 0) return [];
  return [
    `the list is not UTF-8, so it is read as Windows-1252: ${listed(words.slice(0, 3))}; if a name is wrong, export the list as CSV (UTF-8)`,
  ];
}

const guessHint = `the list is not UTF-8 and is read as Windows-1252: ${exportHint}`;

function hintFor(problems: readonly RosterProblem[]): string | undefined {
  if (problems.some(({ row }) => row !== undefined))
    return 'rows are numbered as a spreadsheet shows them; nothing was changed';
  if (problems.some(({ message }) => message.startsWith('no ')))
    return 'write titles such as Name and Email into the first row, or choose the column: --column id=TITLE';
  return undefined;
}
