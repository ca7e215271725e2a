// Reads a list without titles: a name or an address on each line.
import type { Columns } from './columns.ts';
import { addressIn } from './identity.ts';
import { turned } from './shown-name.ts';
import type { Row } from './table.ts';

interface TypedList {
  columns: Columns;
  body: Row[];
}

const untitled = (fields: Columns['byField']): Columns => ({ byField: fields, twice: [], chosen: undefined });

const name = { index: 0, title: 'name' };
const mail = { index: 1, title: 'address' };
const number = { index: 0, title: 'number' };

/** What editors put before the lines of a list: `1.`, `2)`, `-`, `*`, `•`, `[ ]`. */
const markers = /^\s*(?:\d{1,4}[.)](?=\D|$)\s*|[-*+•‣◦▪·–—](?:\s+|$)|\[[ x]?\]\s+)+/i;

/** The cells of a line without its marker, which a tab can make a cell. */
function withoutMarkers([first = '', ...others]: readonly string[]): string[] {
  const text = first.replace(markers, '');
  return [...(text === '' ? [] : [text]), ...others];
}

/** The list as rows with known columns; undefined if it is a table whose titles are missing. */
export function typedList(rows: readonly Row[], separator: string): TypedList | undefined {
  const lines = rows
    .map(({ row, cells }) => ({ row, cells: withoutMarkers(cells.filter((cell) => cell.trim() !== '')) }))
    .filter(({ cells }) => cells.length > 0);
  const addresses = lines.filter(({ cells }) => cells.some((cell) => addressIn(cell.trim())));
  if (addresses.length * 2 > lines.length)
    return { columns: untitled({ full: name, email: mail }), body: lines.flatMap(withAddress) };
  if (lines.every(({ cells }) => cells.length === 1)) {
    const isNumbers = lines.every(({ cells }) => /^\s*\d+\s*$/.test(cells[0] ?? ''));
    return { columns: untitled(isNumbers ? { id: number } : { full: name }), body: lines };
  }
  // `Lovelace, Ada`, and never `Ada,Lovelace`, which could be either way round.
  const isLastFirst =
    separator === ',' &&
    lines.every(({ cells: [, first, more] }) => more === undefined && (first === undefined || first.startsWith(' ')));
  if (!isLastFirst) return undefined;
  return {
    columns: untitled({ full: name }),
    body: lines.map(({ row, cells }) => ({ row, cells: [cells.join(',')] })),
  };
}

/** A row with name and address for each address in a line: a line can be copied from the head of a mail. */
function withAddress({ row, cells }: Row): Row[] {
  const found = cells.map((cell) => ({ cell: cell.trim(), address: addressIn(cell.trim()) }));
  const several = found.filter(({ address }) => address).length > 1;
  if (several)
    return found.map(({ cell, address }) => ({ row, cells: [address ? nameBefore(cell) : cell, address ?? ''] }));
  const names = found.map(({ cell, address }) => (address ? nameBefore(cell) : cell)).filter(Boolean);
  return [{ row, cells: [names.join(' '), found.find(({ address }) => address)?.address ?? ''] }];
}

/** Mail programs write `"Lovelace, Ada" <ada@example.org>`. */
const nameBefore = (cell: string): string => turned((/^([^<]*)</.exec(cell)?.[1] ?? '').replace(/"/g, ''));
