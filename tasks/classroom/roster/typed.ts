// Reads a list without titles: a name or an address on each line.
import type { Columns } from './columns.ts';
import { addressIn } from './identity.ts';
import { counted, listed, quoted } from './problems.ts';
import { turned } from './shown-name.ts';
import type { Row } from './table.ts';
import { addressCells, typedLines } from './typed-lines.ts';

/** A typed list as rows with known columns. */
export interface TypedList {
  columns: Columns;
  body: Row[];
  notices: string[];
}

const untitled = (fields: Columns['byField']): Columns => ({ byField: fields, twice: [], chosen: undefined });

const name = { index: 0, title: 'name' };
const mail = { index: 1, title: 'address' };
const number = { index: 0, title: 'number' };

/** The list as rows with known columns; undefined if it is a table whose titles are missing. */
export function typedList(rows: readonly Row[], separator: string): TypedList | undefined {
  const { lines, headings } = typedLines(rows);
  const notices = headingNotice(headings);
  const mails = lines.map(({ row, cells }) => ({ row, cells: cells.flatMap(addressCells) }));
  const addressed = mails.filter(({ cells }) => addressesOf(cells) > 0);
  if (addressed.length * 2 > lines.length) {
    if (mails.some(isOfTable)) return undefined;
    const body = mails.flatMap((line) => withAddress(line, separator));
    return { columns: untitled({ full: name, email: mail }), body, notices };
  }
  if (lines.every(({ cells }) => cells.length === 1)) {
    const isNumbers = lines.every(({ cells }) => /^\s*\d+\s*$/.test(cells[0] ?? ''));
    return { columns: untitled(isNumbers ? { id: number } : { full: name }), body: lines, notices };
  }
  // `Lovelace, Ada`, and never `Ada,Lovelace`, which could be either way round.
  const isLastFirst =
    separator === ',' &&
    lines.every(({ cells: [, first, more] }) => more === undefined && (first === undefined || first.startsWith(' ')));
  if (!isLastFirst) return undefined;
  const body = lines.map(({ row, cells }) => ({ row, cells: [cells.join(',')] }));
  return { columns: untitled({ full: name }), body, notices };
}

function headingNotice(headings: readonly string[]): string[] {
  const are = headings.length === 1 ? 'is a heading' : 'are headings';
  const some = listed(headings.slice(0, 3).map(quoted));
  return headings.length > 0 ? [`left out: ${counted(headings.length, 'row')} that ${are}, such as ${some}`] : [];
}

const addressesOf = (cells: readonly string[]): number => cells.filter((cell) => addressIn(cell.trim())).length;

/** Whether a line has cells beside name and address, which could hold anything. */
const isOfTable = ({ cells }: Row): boolean =>
  cells.length > 2 && addressesOf(cells) === 1 && nameBefore(cells.at(-1) ?? '') === '';

const spaced = (cells: readonly string[]): string => cells.map((cell) => cell.trim()).join(' ');

/** A row with name and address for each address in a line: a line can be copied from the head of a mail. */
function withAddress({ row, cells }: Row, separator: string): Row[] {
  const people: Row[] = [];
  let before: string[] = [];
  // Names that each stand before an address, or addresses that each stand before a name: never both in one line.
  const isNameFirst = !addressIn((cells[0] ?? '').trim());
  const without = () => before.map((cell) => ({ row, cells: [cell.trim(), ''] }));
  for (const cell of cells) {
    const address = addressIn(cell.trim());
    if (!address) {
      before.push(cell);
      continue;
    }
    const own = nameBefore(cell);
    // A comma splits `Lovelace, Ada <ada@example.org>`; before another separator stands someone else.
    const isSplit = own !== '' && separator === ',';
    const isNamedBefore = own === '' && isNameFirst;
    if (!isSplit && !isNamedBefore) people.push(...without());
    const named = isNamedBefore ? spaced(before) : own;
    const whole = isSplit ? nameBefore([...before, cell].join(',')) : named;
    people.push({ row, cells: [whole, address] });
    before = [];
  }
  const [first, another] = people;
  // `ada@example.org, Ada Lovelace`
  if (first?.cells[0] === '' && !another && before.length > 0)
    return [{ row, cells: [spaced(before), first.cells[1] ?? ''] }];
  return [...people, ...without()];
}

/** Mail programs write `"Lovelace, Ada" <ada@example.org>`, and Outlook `'Ada Lovelace' <ada@example.org>`. */
const nameBefore = (cell: string): string =>
  turned(
    (/^([^<]*)</.exec(cell)?.[1] ?? '')
      .replace(/"/g, '')
      .trim()
      .replace(/^'(.*)'$/, '$1'),
  );
