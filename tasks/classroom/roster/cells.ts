// Cleans the text of a cell of invisible characters, and finds what Excel has damaged.

/** A cell as used; `problem` says what is wrong with it. */
export interface Cell {
  text: string;
  problem?: string;
  /** Characters were removed that nobody can see. */
  wasCleaned: boolean;
}

const mostLetters = 200;

/** Marks of direction, zero-width blanks, fillers and tags. Persian and Indic names need U+200C and U+200D. */
const invisible = /(?![\u200c\u200d])\p{Cf}|[\u115f\u1160\u2800\u3164\uffa0]/gu;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const control = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g;

/** A title as messages show it: without what a terminal would act on. */
export const shownTitle = (title: string): string =>
  title
    .replace(/[\s\u0085]+/g, ' ')
    .replace(control, '')
    .replace(invisible, '')
    .trim()
    .slice(0, 200);

/** What Excel shows in place of a value. */
const excelError = /^#(REF|N\/A|NAME|VALUE|DIV\/0|NUM|NULL|SPILL|CALC)[!?]?$/i;

/** A long number as Excel shortens it: the digits that are missing are lost. */
const shortened = /^[+-]?\d([.,]\d+)?E[+-]\d{1,3}$/i;

const month = 'jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez';
const year = '(?:19|20)\\d\\d';

/** `2026-05-01`, `1.5.26` or `5-Mar`, and never `12-04-5678`, which is a number of a student. */
const day = new RegExp(
  `^((${year}[-./]\\d{1,2}[-./]\\d{1,2}|\\d{1,2}[-./]\\d{1,2}[-./](${year}|\\d\\d))([T ][\\d:.]+Z?)?|\\d{1,2}[-. ](${month})\\.?([-. ]\\d{2,4})?|(${month})[-. ]\\d{2,4})$`,
  'i',
);

/** `="007"` is how a program keeps Excel from taking the zeros; `'007` is how people do. */
function unwrapped(text: string): string {
  const [, formula] = /^="([^"]*)"$/.exec(text) ?? [];
  if (formula !== undefined) return formula;
  const [, whole] = /^"([^"]*)"$/.exec(text) ?? [];
  return whole ?? text.replace(/^'(?=\d+$)/, '');
}

/** Cleans a cell of any column that is used. `isCut` shortens a long text, which is a problem otherwise. */
export function cleanCell(raw: string | undefined, isCut = false): Cell {
  const spaced = (raw ?? '').slice(0, 10_000).replace(/[\s\u0085]+/g, ' ');
  const cleaned = spaced.replace(invisible, '').trim();
  const wasCleaned = cleaned !== spaced.trim();
  const whole = unwrapped(cleaned).normalize('NFC').trim();
  const plain = whole.replace(control, '');
  const found = plain === whole ? undefined : whole.match(control)?.[0];
  const text = isCut ? [...plain].slice(0, mostLetters).join('').trim() : plain;
  const problem =
    found !== undefined
      ? `holds the control character U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
      : [...text].length > mostLetters
        ? `is longer than ${mostLetters} letters`
        : excelError.test(text)
          ? `is ${text}, an Excel error`
          : undefined;
  return { text, wasCleaned, ...(problem ? { problem } : {}) };
}

/** What Excel has done to a number or a name, if it has. */
export function excelDamage(text: string, isName: boolean): string | undefined {
  if (shortened.test(text))
    return `is ${text}: Excel has shortened a long number; format the column as text and export again`;
  if (isName && day.test(text)) return `is ${text}: Excel has turned a name into a date; format the column as text`;
  return undefined;
}

/** Rows whose numbers are shorter than the others, which is what lost leading zeros leave; none if lengths vary anyway. */
export function lostZeros(
  cells: readonly { row: number; text: string }[],
): { rows: number[]; length: number } | undefined {
  if (cells.length < 3 || !cells.every(({ text }) => /^\d+$/.test(text))) return undefined;
  const length = Math.max(...cells.map(({ text }) => text.length));
  const short = cells.filter(({ text }) => text.length < length);
  return short.length > 0 && short.length <= cells.length / 4
    ? { rows: short.map(({ row }) => row), length }
    : undefined;
}
