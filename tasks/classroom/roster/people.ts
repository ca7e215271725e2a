// Turns the rows of a class list into people, and collects every problem.
import type { Identity } from '../folder.ts';
import type { Student } from '../types.ts';
import { isGarbled } from './bytes.ts';
import { excelDamage, isDay, shownTitle } from './cells.ts';
import { type ChosenTitles, type Columns, columnsOf, headerOf, rowsBelow } from './columns.ts';
import { duplicates } from './duplicates.ts';
import { type Entry, entriesOf } from './entries.ts';
import { plainTitle } from './fields.ts';
import { addressIn, identifierOf, keysOf, keyText, withoutCounter } from './identity.ts';
import { listed, quoted, type RosterProblem, shownRows } from './problems.ts';
import { mixedScripts, nameReader, shortName } from './shown-name.ts';
import type { Row } from './table.ts';
import { type TypedList, typedList } from './typed.ts';

/** A person of a list, who has no safe name yet. */
export type Person = Omit<Student, 'name'> & {
  row: number;
  /** The list has a name for them; otherwise `shown` is what identifies them. */
  isNamed: boolean;
  /** The key by the name's main parts alone, where names identify people and this one has more parts. */
  shortKey?: string;
};

/** What a list says. */
export interface People {
  people: Person[];
  by: Identity;
  /** `people by …, names from …`. */
  columns: string;
  notices: string[];
  problems: RosterProblem[];
}

/** Reads the rows of a list. `separator` is undefined for a sheet. */
export function peopleOf(rows: readonly Row[], separator: string | undefined, chosen: ChosenTitles): People {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const at = headerOf(filled, chosen);
  const header = filled[at];
  if (header) {
    const body = rowsBelow(filled, at);
    const columns = columnsOf(header, body, chosen);
    const typed = isHeading(header, columns) ? typedList(withoutTitle(body, header), separator ?? '') : undefined;
    if (typed?.columns.byField.full && (!columns.byField.email || typed.columns.byField.email))
      return peopleOfTyped(typed);
    const list = peopleBelow(header.cells, body, columns);
    const others = [...aboveNotice(filled.slice(0, at)), ...addressNotice(header, body, columns)];
    return { ...list, notices: [...list.notices, ...others, ...untitledNotice(header, body, columns)] };
  }
  const typed = typedList(filled, separator ?? '');
  if (typed) return peopleOfTyped(typed);
  const cells = filled[0]?.cells.filter((cell) => cell.trim() !== '').map(quoted) ?? [];
  const message = `no row of the first 20 has titles that firesteel knows; the first row is ${cells.slice(0, 8).join(', ')}`;
  return { people: [], by: { field: 'name' }, columns: '', notices: [], problems: [{ message }] };
}

/** Whether a title stands alone above a typed list, as `Students:` does. */
const isHeading = ({ cells }: Row, { byField, chosen }: Columns): boolean =>
  cells.length === 1 && !chosen && Boolean(byField.full ?? byField.email);

const withoutTitle = (body: readonly Row[], { cells: [title = ''] }: Row): Row[] =>
  body.filter(({ cells }) => plainTitle(cells.join('')) !== plainTitle(title));

function peopleOfTyped({ body, columns, notices }: TypedList): People {
  const list = peopleBelow([], body, columns);
  return { ...list, notices: [...notices, ...list.notices] };
}

/** People above the titles, where the list has titles again. */
function aboveNotice(rows: readonly Row[]): string[] {
  const lost = rows.filter(({ cells }) => cells.some((cell) => addressIn(cell.trim()))).map(({ row }) => row);
  return lost.length > 0 ? [`left out: ${shownRows(lost)}, an address above the titles`] : [];
}

/** Merged titles: `Name` above a column of last names and one of first names. */
function untitledNotice({ cells }: Row, body: readonly Row[], { byField: { full, first, last } }: Columns): string[] {
  if (!full || (first && last) || (cells[full.index + 1] ?? '').trim() !== '') return [];
  const named = body.filter((row) => /\p{L}/u.test(row.cells[full.index + 1] ?? ''));
  return named.length * 2 > body.length
    ? [`the column behind \`${full.title}\` has no title: if it holds names, write one such as First name above it`]
    : [];
}

/** Columns full of addresses that no title announces. */
function addressNotice(header: Row, body: readonly Row[], { byField, chosen }: Columns): string[] {
  const used = [...Object.values(byField), chosen].map((column) => column?.index);
  const hold = (index: number) => body.filter(({ cells }) => addressIn((cells[index] ?? '').trim())).length;
  if (used.some((index) => index !== undefined && hold(index) > 0)) return [];
  return header.cells.flatMap((cell, index) =>
    cell.trim() !== '' && hold(index) * 2 > body.length
      ? [`\`${shownTitle(cell)}\` holds addresses; use them with --column ${quoted(`email=${shownTitle(cell)}`)}`]
      : [],
  );
}

function peopleBelow(titles: readonly string[], body: readonly Row[], found: Columns): People {
  const { entries, problems, notices } = entriesOf(titles, body, found);
  const { columns, counter } = withoutCounter(found, entries);
  const identifier = identifierOf(columns, entries);
  if (counter && identifier.field === 'name' && !columns.chosen)
    identifier.notices.push(
      `\`${counter.title}\` only counts the rows, so names identify people; if it stays with each person, choose it with --column ${quoted(`id=${counter.title}`)}`,
    );
  const nameOf = nameReader(entries);
  const stripped = hashStripper(columns, entries);
  const values = entries.map((entry) => {
    const { column, field } = identifier;
    return column && field !== 'name' ? stripped(column.index, entry.below(column)) : nameOf(entry);
  });
  const keys = keysOf(values);
  const people = entries.map((entry, i) =>
    personOf(entry, nameOf(entry), keys[i] ?? '', values[i] ?? '', columns, stripped),
  );
  const { column, field } = identifier;
  if (field === 'name' && !columns.byField.full) addShortKeys(people, entries);
  problems.push(
    ...identifier.problems,
    ...nameProblems(entries, people, columns),
    ...duplicates(people, field === 'name' ? 'name' : `\`${column?.title}\``),
  );
  return {
    people,
    by: { field, ...(column && titles.length > 0 ? { column: column.title } : {}) },
    columns: columnLine(columns, column?.title ?? 'name'),
    notices: [...identifier.notices, ...notices, ...cellNotices(entries, people, columns)],
    problems,
  };
}

function addShortKeys(people: readonly Person[], entries: readonly Entry[]): void {
  for (const [i, entry] of entries.entries()) {
    const person = people[i];
    const short = keyText(shortName(entry));
    if (person && short !== '' && short !== person.key) person.shortKey = short;
  }
}

type Strip = (index: number, text: string) => string;

/** Brightspace writes `#` before logins and ids, so that a spreadsheet keeps their zeros; pandas writes `.0` behind them. */
function hashStripper({ byField }: Columns, entries: readonly Entry[]): Strip {
  const marked = [byField.login, byField.id].filter((column) => column !== undefined);
  const marks = [
    { isMarked: /^(#|$)/, mark: /^#/ },
    { isMarked: /^(\d+\.0|)$/, mark: /\.0$/ },
  ];
  const found = marks.flatMap(({ isMarked, mark }) =>
    marked
      .filter((column) => entries.every((entry) => isMarked.test(entry.below(column))))
      .map(({ index }) => ({ index, mark })),
  );
  return (index, text) =>
    found.filter((one) => one.index === index).reduce((left, { mark }) => left.replace(mark, ''), text);
}

const hasLetter = (text: string): boolean => /[\p{L}\p{N}\p{So}]/u.test(text);

function personOf(entry: Entry, name: string, key: string, value: string, { byField }: Columns, strip: Strip): Person {
  const text = (field: 'login' | 'id') => {
    const column = byField[field];
    return column ? strip(column.index, entry.below(column)) : '';
  };
  // A dash in place of a name is none.
  const usable = hasLetter(name) ? name : '';
  const email = addressIn(entry.text('email')) ?? addressIn(text('login')) ?? addressIn(text('id'));
  const optional = { email, login: text('login'), id: text('id'), group: entry.text('group') };
  return {
    row: entry.row,
    key,
    shown: usable || value,
    isNamed: usable !== '',
    ...Object.fromEntries(Object.entries(optional).filter(([, given]) => given)),
  };
}

function nameProblems(entries: readonly Entry[], people: readonly Person[], { byField }: Columns): RosterProblem[] {
  return entries.flatMap((entry, i) => {
    const damaged = (['full', 'first', 'last'] as const).flatMap((field) => {
      const damage = excelDamage(entry.text(field), true);
      return damage ? [`\`${byField[field]?.title}\` ${damage}`] : [];
    });
    const person = people[i];
    const isNobody = person?.key !== '' && !hasLetter(person?.shown ?? '');
    const messages = isNobody ? [...damaged, `the name ${quoted(person?.shown ?? '')} has no letter`] : damaged;
    return messages.map((message) => ({ row: entry.row, message }));
  });
}

function cellNotices(entries: readonly Entry[], people: readonly Person[], { byField }: Columns): string[] {
  const rowsOf = (test: (entry: Entry, person: Person) => boolean) =>
    entries.flatMap((entry, i) => (people[i] && test(entry, people[i]) ? [entry.row] : []));
  const lines: [rows: number[], what: string][] = [
    [rowsOf(({ wasCleaned }) => wasCleaned), 'invisible characters are removed'],
    [rowsOf((_, { shown }) => shown.includes('\ufffd')), 'a letter of the name was lost when the list was saved'],
    [rowsOf((_, { shown }) => isGarbled(shown)), 'the name looks garbled: the list was once saved in a wrong encoding'],
    [
      rowsOf((_, { shown, key }) => (mixedScripts(shown) ?? mixedScripts(key)) !== undefined),
      'name or login mixes letters of two scripts that look alike',
    ],
    [
      rowsOf((entry, { email }) => entry.text('email') !== '' && !email),
      `\`${byField.email?.title}\` is not an address`,
    ],
    [
      rowsOf((entry) => isDay(entry.text('group'))),
      `\`${byField.group?.title}\` is a day: if Excel has turned a group such as 10-2 into a date, format the column as text`,
    ],
  ];
  return lines.filter(([rows]) => rows.length > 0).map(([rows, what]) => `${shownRows(rows)}: ${what}`);
}

function columnLine({ byField }: Columns, by: string): string {
  const parts = [byField.full, byField.first, byField.prefix, byField.last, byField.second];
  const names = parts.flatMap((column) => (column ? [`\`${column.title}\``] : []));
  return [
    `people by \`${by}\``,
    ...(names.length > 0 ? [`names from ${listed(names)}`] : []),
    ...(byField.email ? [`addresses from \`${byField.email.title}\``] : []),
    ...(byField.group ? [`groups from \`${byField.group.title}\``] : []),
  ].join(', ');
}
