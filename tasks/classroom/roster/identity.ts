// Chooses the column that identifies people, and the key of each person.
import { excelDamage, lostZeros } from './cells.ts';
import type { Column, Columns } from './columns.ts';
import type { Entry } from './entries.ts';
import type { Field } from './fields.ts';
import { listed, quoted, type RosterProblem, shownRows } from './problems.ts';

type IdentityField = 'login' | 'email' | 'id' | 'name';

/** The column that identifies people; none where it is their names. */
export interface Identifier {
  field: IdentityField;
  column: Column | undefined;
  problems: RosterProblem[];
  notices: string[];
}

const tick = (column: Column | undefined): string => `\`${column?.title}\``;

/** Which column identifies people: the one that was chosen, else login, address and id, in this order, else the name. */
export function identifierOf(columns: Columns, entries: readonly Entry[]): Identifier {
  const { byField, chosen } = columns;
  if (chosen) return found(columns, chosenField(columns, chosen), chosen, entries);
  const able = candidates(columns).filter(([, column]) => emptyRows(column, entries).length < entries.length);
  const complete = able.find(([, column]) => emptyRows(column, entries).length === 0);
  const [field, column] = complete ?? able[0] ?? (['name', undefined] as const);
  const identifier = found(columns, field, column, entries);
  const [, skipped] = able[0] ?? [];
  if (complete && skipped && skipped !== column)
    identifier.notices.push(
      `${tick(skipped)} is empty in ${shownRows(emptyRows(skipped, entries))}, so ${tick(column)} identifies people`,
    );
  if (!column && !byField.full && !byField.first && !byField.last)
    identifier.problems.push({ message: 'no column holds a login, an address, an id or a name' });
  return identifier;
}

/** GitHub Classroom's `identifier` is there for everybody, the account only for those who have linked it. */
function candidates({ byField }: Columns): [IdentityField, Column][] {
  const isGithub = byField.login?.title === 'github_username';
  const fields = isGithub ? (['id', 'email', 'login'] as const) : (['login', 'email', 'id'] as const);
  return fields.flatMap((field) => {
    const column = byField[field];
    return column ? [[field, column] as [IdentityField, Column]] : [];
  });
}

function chosenField({ byField }: Columns, chosen: Column): IdentityField {
  const at = (Object.keys(byField) as Field[]).find((field) => byField[field]?.index === chosen.index);
  if (at === 'login' || at === 'email') return at;
  return at === 'full' || at === 'first' || at === 'last' ? 'name' : 'id';
}

const emptyRows = (column: Column, entries: readonly Entry[]): number[] =>
  entries.filter((entry) => entry.below(column) === '').map(({ row }) => row);

function found(
  columns: Columns,
  field: IdentityField,
  column: Column | undefined,
  entries: readonly Entry[],
): Identifier {
  const problems: RosterProblem[] = [];
  const notices: string[] = [];
  const rival = columns.chosen ? undefined : columns.twice.find((twice) => twice.field === field);
  if (rival) {
    const titles = rival.columns.map(({ title }) => title);
    problems.push({
      message: `${listed(titles.map((title) => `\`${title}\``))} could both identify people: choose one with --column ${quoted(`id=${titles[0]}`)}`,
    });
  }
  for (const { field: other, columns: able } of columns.twice)
    if (other !== field && ['email', 'full', 'first', 'last'].includes(other))
      notices.push(
        `${listed(able.map(tick))} could both hold the ${other === 'email' ? 'address' : 'name'}: the first is used; choose with --column ${quoted(`${other === 'full' ? 'name' : other}=${able[1]?.title}`)}`,
      );
  if (column) {
    const cells = entries.map((entry) => ({ row: entry.row, text: entry.below(column) }));
    for (const { row, text } of cells) {
      const damage = excelDamage(text, field !== 'login' && field !== 'email');
      if (text === '') problems.push({ row, message: `${tick(column)} is empty` });
      else if (damage) problems.push({ row, message: `${tick(column)} ${damage}` });
      else if (field === 'email' && !addressIn(text))
        problems.push({ row, message: `${tick(column)} is not an address` });
    }
    const lost = lostZeros(cells);
    if (lost)
      notices.push(
        `${tick(column)} is shorter than ${lost.length} digits in ${shownRows(lost.rows)}: if Excel has dropped leading zeros, format the column as text and export again`,
      );
  }
  return { field, column, problems, notices };
}

/**
 * The columns without an id that counts the rows, for another list counts other people so. Rows that are left out may leave
 * gaps. An id stays that someone has chosen, or that is all there is.
 */
export function withoutCounter(
  columns: Columns,
  entries: readonly Entry[],
): { columns: Columns; counter: Column | undefined } {
  const { id, ...others } = columns.byField;
  const isNeeded = !id || columns.chosen?.index === id.index || Object.keys(others).length === 0;
  const isUnclear = columns.twice.some(({ field }) => field === 'id');
  if (isNeeded || isUnclear || !isCounter(id, entries)) return { columns, counter: undefined };
  return { columns: { ...columns, byField: others }, counter: id };
}

/** Whether a column is 1, 2, 3 and so on, and never more than the number of its row. */
function isCounter(column: Column, entries: readonly Entry[]): boolean {
  const numbers = entries.map((entry) => (/^[1-9]\d*$/.test(entry.below(column)) ? Number(entry.below(column)) : 0));
  return (
    numbers.length > 0 &&
    numbers.every((number, i) => number > (numbers[i - 1] ?? 0) && number <= (entries[i]?.row ?? 0))
  );
}

/** A text as a key: case, width and invisible letters make no difference. */
export const keyText = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

const address = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

/** `ada@example.org` of that, of `mailto:ada@example.org` and of `Ada <ada@example.org>`; undefined if it is not an address. */
export function addressIn(text: string): string | undefined {
  const [, inner] = /<([^<>]*)>\s*$/.exec(text) ?? [];
  const bare = (inner ?? text).trim().replace(/^mailto:/i, '');
  return address.test(bare) ? bare : undefined;
}

/** Keys in the order of `values`: the local part of addresses, whole where two addresses share it. */
export function keysOf(values: readonly string[]): string[] {
  const parts = values.map((value) => {
    const whole = keyText(addressIn(value) ?? value);
    return { whole, local: whole.replace(/(?<=.)@[^@]*$/, '') };
  });
  const wholes = new Map<string, Set<string>>();
  for (const { whole, local } of parts) wholes.set(local, (wholes.get(local) ?? new Set()).add(whole));
  return parts.map(({ whole, local }) => ((wholes.get(local)?.size ?? 1) > 1 ? whole : local));
}
