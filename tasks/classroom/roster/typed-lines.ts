// Takes the lines of a typed list apart: without headings, numbers and bullets, with addresses as cells.
import { fieldsOf } from './fields.ts';
import { addressIn } from './identity.ts';
import type { Row } from './table.ts';

/** What editors put before the lines of a list: `1.`, `2)`, `-`, `*`, `•`, `[ ]`. Word's bullet is U+F0B7. */
const markers = /^\s*(?:\d{1,4}[.)](?=\D|$)\s*|[-*+•‣◦▪·–—●○■□◆➢➤✓✔☐\uf0b7](?:\s+|$)|\[[ x]?\]\s+)+/i;

/** The cells of a line without its marker, which a tab can make a cell. */
function withoutMarkers([first = '', ...others]: readonly string[]): string[] {
  const text = first.replace(markers, '');
  return [...(text === '' ? [] : [text]), ...others];
}

/** `# class 10b` and `Group A:`. `#1` is a number, and `#REF!` an error of Excel. */
const isHeading = ({ cells }: Row): boolean => /^\s*#+\s|:\s*$/.test(cells.join(' '));

const isNumber = ({ cells }: Row): boolean => cells.length === 1 && /^\s*\d+\s*$/.test(cells[0] ?? '');

/** `1 Ada`, `#1 Ada`, `1: Ada`, `1 - Ada`. */
const ordinal = /^\s*[#(]?(\d{1,4})[):]?(?:\s*[–-])?(?:\s+|$)/;

/** Lines without their numbers, if the numbers are 1, 2, 3 and so on. A list of nothing but numbers keeps them. */
function withoutOrdinals(lines: Row[]): Row[] {
  const isCounted = lines.every(({ cells: [first = ''] }, i) => Number(ordinal.exec(first)?.[1]) === i + 1);
  if (lines.length < 2 || !isCounted || lines.every(isNumber)) return lines;
  return lines.map(({ row, cells: [first = '', ...others] }) => ({
    row,
    cells: [first.replace(ordinal, ''), ...others].filter((cell) => cell.trim() !== ''),
  }));
}

/** `Name   Email` above people who each have an address. */
const isTitles = ({ cells }: Row): boolean => {
  const words = cells.join(' ').trim().split(/\s+/);
  return words.length > 1 && words.every((word) => fieldsOf(word).length > 0);
};

/** The lines of a list, and those that are headings. If all look like headings, they are people. */
export function typedLines(rows: readonly Row[]): { lines: Row[]; headings: string[] } {
  const filled = rows.map(({ row, cells }) => ({ row, cells: cells.filter((cell) => cell.trim() !== '') }));
  const hasAddress = ({ cells }: Row) => cells.some((cell) => cell.includes('@'));
  const isTitled = filled.length > 1 && filled.slice(1).every(hasAddress);
  const people = filled.filter((line, i) => !isHeading(line) && !(i === 0 && isTitled && isTitles(line)));
  const kept = people.length > 0 ? people : filled;
  const lines = kept.map(({ row, cells }) => ({ row, cells: withoutMarkers(cells) }));
  const left = filled.filter((line) => !people.includes(line));
  const headings = people.length > 0 ? left.map(({ cells }) => cells.join(',').trim()) : [];
  return { lines: withoutOrdinals(lines.filter(({ cells }) => cells.length > 0)), headings };
}

/** What stands between a name and an address: `Ada - ada@example.org`, `Ada (ada@example.org)`. */
const trimmed = (text: string): string => text.replace(/^[\s:()[\],–—-]+|[\s:()[\],–—-]+$/g, '');

const longestCell = 20_000;
const longestWord = 400;

/** A cell for each address of a cell, with the name before the address. */
export function addressCells(cell: string): string[] {
  const isOne = cell.indexOf('<') === cell.lastIndexOf('<') && addressIn(cell.trim());
  if (isOne || !cell.includes('@') || cell.length > longestCell) return [cell];
  const found: string[] = [];
  let words: string[] = [];
  for (const word of cell.trim().split(/\s+/)) {
    const address = word.length > longestWord ? undefined : addressIn(trimmed(word));
    if (address === undefined) {
      words.push(word);
      continue;
    }
    const name = trimmed(words.join(' '));
    found.push(name === '' ? address : `${name} <${address}>`);
    words = [];
  }
  const rest = trimmed(words.join(' '));
  return rest === '' ? found : [...found, rest];
}
