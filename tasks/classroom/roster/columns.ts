// Finds the row of titles in a list, and the field of each column.
import { usageFailure } from '../../core/failure.ts';
import { didYouMean } from '../../core/nearest.ts';
import { shownTitle } from './cells.ts';
import { type Field, fieldsOf, plainTitle } from './fields.ts';
import { addressIn } from './identity.ts';
import { quoted } from './problems.ts';
import type { Row } from './table.ts';

export interface Column {
  /** Place in a row, from 0. */
  index: number;
  title: string;
}

/** What `--column FIELD=TITLE` says: the title for each field. `id` is whatever identifies people. */
export type ChosenTitles = ReadonlyMap<string, string>;

const choosable = ['id', 'name', 'first', 'last', 'email', 'group', 'role', 'state'];

/** Reads `id=SIS Login ID`; a title alone stands for the column that identifies people. */
export function readColumnFlags(flags: readonly string[]): ChosenTitles {
  return new Map(
    flags.map((flag) => {
      const [, field, title] = /^([a-z]+)=(.*)$/s.exec(flag) ?? [];
      if (title === undefined || field === undefined) return ['id', flag];
      if (!choosable.includes(field))
        throw usageFailure(
          `--column ${quoted(flag)}: no field ${quoted(field)}${didYouMean(field, choosable)}`,
          `choose a field: ${choosable.join(', ')}`,
        );
      return [field, title];
    }),
  );
}

/** The columns of a list by what they hold. */
export interface Columns {
  byField: Partial<Record<Field, Column>>;
  /** Fields that two columns could hold. */
  twice: { field: Field; columns: Column[] }[];
  /** The column that someone said identifies people. */
  chosen: Column | undefined;
}

const firstRows = 20;

/** Where the titles stand; -1 if no row of the first 20 has any. */
export function headerOf(rows: readonly Row[], chosen: ChosenTitles): number {
  const scores = scoresOf(rows, chosen);
  const best = Math.max(0, ...scores);
  return best === 0 ? -1 : scores.indexOf(best);
}

/** The most titles that a row of the first 20 has. */
export const titlesIn = (rows: readonly Row[], chosen: ChosenTitles): number => Math.max(0, ...scoresOf(rows, chosen));

function scoresOf(rows: readonly Row[], chosen: ChosenTitles): number[] {
  const wanted = new Set([...chosen.values()].map(plainTitle));
  return rows.slice(0, firstRows).map((row, at) => scoreOf(row, rowsBelow(rows, at).slice(0, 200), wanted));
}

/** The rows below the titles. Reports of Teams have several tables, each below a line such as `2. Participants`. */
export function rowsBelow(rows: readonly Row[], at: number): readonly Row[] {
  const isSection = ({ cells: [first = '', ...others] }: Row) =>
    /^\d+\.\s/.test(first) && others.every((cell) => cell.trim() === '');
  const below = rows.slice(at + 1);
  const [above, header] = at > 0 ? rows.slice(at - 1, at + 1) : [];
  const end = above && header && isSection(above) && header.cells.length > 1 ? below.findIndex(isSection) : -1;
  return end < 0 ? below : below.slice(0, end);
}

/** How many cells of a row are titles. */
function scoreOf({ cells }: Row, below: readonly Row[], wanted: ReadonlySet<string>): number {
  if (cells.some((cell) => addressIn(cell.trim()))) return 0;
  const isTitle = (cell: string, index: number) =>
    (fieldsOf(cell).length > 0 || wanted.has(plainTitle(cell))) && !recurs(cell, index, cells, below);
  return cells.filter((cell, index) => cell.trim() !== '' && isTitle(cell, index)).length;
}

/** Whether a cell comes again in other rows, as `student` does in a column of roles. A whole header may come again. */
const recurs = (cell: string, index: number, cells: readonly string[], below: readonly Row[]): boolean => {
  const title = plainTitle(cell);
  return below.some(
    ({ cells: other }) =>
      plainTitle(other[index] ?? '') === title &&
      cells.some((text, i) => plainTitle(text) !== plainTitle(other[i] ?? '')),
  );
};

/** The columns below a header. `body` tells whether two columns hold the same. */
export function columnsOf(header: Row, body: readonly Row[], chosen: ChosenTitles): Columns {
  const titled = header.cells.map((title, index) => ({ index, title: shownTitle(title) }));
  const matches = titled.flatMap((column) => fieldsOf(column.title).map((match) => ({ ...match, column })));
  const byField: Columns['byField'] = {};
  const twice: Columns['twice'] = [];
  for (const field of new Set(matches.map((match) => match.field))) {
    const able = matches.filter((match) => match.field === field).sort((a, b) => a.rank - b.rank);
    const alike = able.filter(({ rank }) => rank === able[0]?.rank).map(({ column }) => column);
    const differing = alike.filter((column, i) => i === 0 || !holdSame(column, alike[0], body));
    byField[field] = alike[0];
    if (differing.length > 1) twice.push({ field, columns: differing });
  }
  settleNames(byField, body);
  for (const [name, title] of chosen) {
    const column = namedColumn(title, titled, name);
    if (name !== 'id') byField[name === 'name' ? 'full' : (name as Field)] = column;
  }
  const id = chosen.get('id');
  return { byField, twice, chosen: id === undefined ? undefined : namedColumn(id, titled, 'id') };
}

const holdSame = (a: Column, b: Column | undefined, body: readonly Row[]): boolean =>
  body.every(({ cells }) => (cells[a.index] ?? '').trim() === (cells[b?.index ?? -1] ?? '').trim());

/** A title such as 이름 or Name is a first, last or whole name, as its neighbours have it. */
function settleNames(byField: Columns['byField'], body: readonly Row[]): void {
  const { first, last, full } = byField;
  const part = first ?? last;
  if (!part || !full) return;
  if (first && isOtherName(first)) {
    delete byField.first;
    return;
  }
  const isVague = fieldsOf(full.title).every(({ rank }) => rank > 0);
  if (part.index === full.index) delete byField[first && last ? 'full' : 'first'];
  else if (isVague && !(first && last) && !isWhole(full, part, body)) {
    // "Name" beside "Vorname" is the last name, and "Nome" beside "Cognome" the first.
    byField[first ? 'last' : 'first'] = full;
    delete byField.full;
  } else if (isVague && first && last && isShortForm(full, [first, last], body)) {
    delete byField.full;
  }
}

/** Whether a first name stands beside the usual name, often for a few people alone. */
const isOtherName = ({ title }: Column): boolean => /^(?:preferred|chosen|legal)/.test(plainTitle(title));

/** Whether most names of a column are short forms of their parts: WebUntis has `LovelacAda` there. */
function isShortForm({ index }: Column, parts: readonly Column[], body: readonly Row[]): boolean {
  const short = body.filter(({ cells }) => {
    const name = (cells[index] ?? '').trim();
    return !/\s/.test(name) && name.length <= parts.map((part) => (cells[part.index] ?? '').trim()).join('').length;
  });
  return short.length * 2 > body.length;
}

/** Whether most names of a column contain what another column has. */
function isWhole({ index }: Column, part: Column, body: readonly Row[]): boolean {
  const rows = body.filter(({ cells }) => (cells[part.index] ?? '').trim() !== '');
  const whole = rows.filter(({ cells }) => cells[index]?.includes((cells[part.index] ?? '').trim()));
  return whole.length * 2 > rows.length;
}

function namedColumn(title: string, columns: readonly Column[], field: string): Column {
  const found =
    columns.find((column) => column.title === title) ??
    columns.find((column) => plainTitle(column.title) === plainTitle(title));
  if (found) return found;
  const titles = columns.map((column) => column.title).filter(Boolean);
  throw usageFailure(
    `--column ${field}=${title}: no column has this title${didYouMean(title, titles)}`,
    `choose a title of the list: ${titles.map(quoted).join(', ')}`,
  );
}
