// The table for mail programs: a row for each student, safe to open in a spreadsheet.
import { type Handout, linkOf } from './page.ts';

/** What makes a spreadsheet take a cell for a formula, also as full-width characters, also behind blanks. */
const formula = /^\s*[=+\-@＝＋－＠|%]|^[\t\r\n]/;

/** A cell in quotes; an apostrophe keeps a spreadsheet from computing it. */
const cell = (text: string): string => `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

const row = (cells: string[]): string => `${cells.map(cell).join(',')}\r\n`;

/** CSV with the BOM that Excel knows UTF-8 by. */
export const mailMerge = (handouts: readonly Handout[]): string =>
  `\ufeff${row(['Name', 'Email', 'Group', 'Seat', 'Link', 'Code'])}${handouts
    .map((handout) => {
      const { student, seat } = handout;
      return row([student.shown, student.email ?? '', student.group ?? '', student.name, linkOf(handout), seat.code]);
    })
    .join('')}`;
