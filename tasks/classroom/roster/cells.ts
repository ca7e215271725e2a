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

const month =
  'jan|janv|ene|gen|feb|févr|fev|mar|mär|mrz|mrt|mars|apr|abr|avr|may|mai|mei|mag|jun|juin|giu|jul|juil|lug|aug|août|ago|sep|sept|set|oct|okt|out|ott|nov|dec|dez|déc|dic';
const year = '(?:19|20)\\d\\d';

/** `2026-05-01`, `1.5.26` or `5-Mar`, and never `12-04-5678`, which is a number of a student. */
const day = new RegExp(
  `^((${year}[-./]\\d{1,2}[-./]\\d{1,2}|\\d{1,2}[-./]\\d{1,2}[-./](${year}|\\d\\d))([T ][\\d:.]+Z?)?|\\d{1,2}(?:[-. ]|\\. )(${month})\\.?([-. ]\\d{2,4})?|(${month})[-. ]\\d{2,4})$`,
  'i',
);

/** `="007"` is how a program keeps Excel from taking the zeros; `'007` is how people do. */
function unwrapped(text: string): string {
  const [, formula] = /^="([^"]*)"$/.exec(text) ?? [];
  if (formula !== undefined) return formula;
  const [, , whole] = pairs.map((pair) => pair.exec(text)).find((match) => match !== null) ?? [];
  return whole ?? text.replace(/^'(?=\d+$)/, '');
}

/** Quotes around a whole cell, straight and as word processors set them. */
const pairs = [/^(")([^"]*)"$/, /^(')([^']+)'$/, /^(‘)([^‘’]+)’$/, /^([“„])([^“”„]+)[“”]$/, /^(«)([^«»]+)»$/];

/** What web programs leave in their exports, such as Moodle's `O&#39;Brien`. */
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const withoutEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(amp|lt|gt|quot|apos|nbsp));/gi, (whole, decimal, hex, name) => {
    if (name) return entities[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** Cleans a cell of any column that is used. `isCut` shortens a long text, which is a problem otherwise. */
export function cleanCell(raw: string | undefined, isCut = false): Cell {
  const spaced = withoutEntities((raw ?? '').slice(0, 10_000)).replace(/[\s\u0085]+/g, ' ');
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

/** A login such as `mar10`, as Excel shows it. */
const shortDay = new RegExp(`^\\d{1,2}(?:[-. ]|\\. )(${month})\\.?$`, 'i');

/** Whether a text is a day, which is what Excel makes of a group such as `10-2`. */
export const isDay = (text: string): boolean => day.test(text);

/** What Excel has done to a number or a name, if it has. */
export function excelDamage(text: string, isName: boolean): string | undefined {
  if (shortened.test(text))
    return `is ${text}: Excel has shortened a long number; format the column as text and export again`;
  if ((isName ? day : shortDay).test(text))
    return `is ${text}: Excel has turned a name into a date; format the column as text`;
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
