// Chooses the name of a person for hand-outs, from the name columns of a list.
import type { Entry } from './entries.ts';

/** `Lovelace, Ada` becomes `Ada Lovelace`; a third part is a suffix such as Jr. */
export function turned(name: string): string {
  const [last = '', first = '', ...suffix] = name.split(',').map((part) => part.trim());
  return [[first, last].filter(Boolean).join(' '), ...suffix.filter(Boolean)].join(', ');
}

const isEastAsian = (text: string): boolean =>
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u.test(text);

/** Names from elsewhere, which Japanese writes in the order that they have there. */
const isKatakana = (text: string): boolean => /^[\p{Script=Katakana}ー]+$/u.test(text);

/** Chinese, Korean and Japanese names are written last name first, without a blank. */
function joined(first: string, prefix: string, last: string, second: string): string {
  const isTogether = isEastAsian(first) && isEastAsian(last) && !isKatakana(first + last);
  return isTogether ? `${last}${first}` : [first, prefix, last, second].filter(isPart).join(' ');
}

/** People with one name have a dot or a dash in place of the other, where a program wants both. */
const isPart = (text: string): boolean => /[\p{L}\p{N}\p{So}]/u.test(text) && !/^n\/a$/i.test(text);

/** Reads a person's name. Whether whole names are written `Last, First` is a matter of the list, not of one row. */
export function nameReader(entries: readonly Entry[]): (entry: Entry) => string {
  const whole = entries.map((entry) => entry.text('full')).filter(Boolean);
  const isTurned = whole.filter((name) => name.includes(',')).length * 2 > whole.length;
  return (entry) => {
    const full = entry.text('full');
    // A comma alone has nothing to turn, and is reported as a name without a letter.
    if (full) return (isTurned && turned(full)) || full;
    return joined(entry.text('first'), entry.text('prefix'), entry.text('last'), entry.text('second'));
  };
}

/** First and last name alone, by which the list of a class may have known a person. */
export const shortName = (entry: Entry): string => [entry.text('first'), entry.text('last')].filter(Boolean).join(' ');

const scripts = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee'].map((script) => ({
  script,
  letter: new RegExp(`\\p{Script=${script}}`, 'u'),
}));

/** The scripts of one word that mixes them, as a Latin name with a Cyrillic letter does; undefined if no word does. */
export function mixedScripts(text: string): string | undefined {
  for (const word of text.split(/[^\p{L}\p{M}]+/u)) {
    const found = scripts.filter(({ letter }) => letter.test(word)).map(({ script }) => script);
    if (found.length > 1) return found.join(' and ');
  }
  return undefined;
}
