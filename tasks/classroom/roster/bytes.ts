// Decodes the bytes of a class list: byte order mark, strict UTF-8, UTF-16, then Windows-1252.
import { usageFailure } from '../../core/failure.ts';
import { type MarkedEncoding, markedEncoding } from '../../core/files/encoding.ts';

export interface RosterText {
  text: string;
  encoding: MarkedEncoding | 'windows-1252';
}

/** What to do with a file that is no class list. */
export const exportHint = 'export the list as CSV (UTF-8) or as .xlsx';

/** Kinds of files by their first bytes, as hex. */
const kinds: [start: string, kind: string][] = [
  ['d0cf11e0a1b11ae1', 'an old Excel file (.xls), or one with a password'],
  ['25504446', 'a PDF'],
  ['1f8b', 'a compressed file'],
  ['89504e47', 'a picture'],
  ['ffd8ff', 'a picture'],
  ['7b5c727466', 'a document of a word processor (RTF)'],
  ['fffe0000', 'text in UTF-32'],
  ['0000feff', 'text in UTF-32'],
];

/** Whether a file is a zip archive, as .xlsx, .ods and .docx are. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));

/** The text of a file. Throws a usage Failure for what holds no text. */
export function decode(bytes: Uint8Array, label: string): RosterText {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const kind = kinds.find(([first]) => start.startsWith(first))?.[1];
  if (kind) throw usageFailure(`${label} is ${kind}`, exportHint);
  const decoded = decodeText(bytes, label);
  const looks = markupIn(decoded.text);
  if (looks) throw usageFailure(`${label} is ${looks}`, exportHint);
  return decoded;
}

function decodeText(bytes: Uint8Array, label: string): RosterText {
  const marked = markedEncoding(bytes);
  for (const encoding of [marked ?? evenZeros(bytes), 'utf-8'] as const) {
    const text = encoding && decodedAs(encoding, bytes);
    if (encoding && text !== undefined) return { text, encoding };
    if (marked) throw usageFailure(`${label} is damaged: its ${marked.toUpperCase()} text is cut off`, exportHint);
  }
  if (bytes.includes(0)) throw usageFailure(`${label} is not text`, exportHint);
  return { text: windows1252(bytes), encoding: 'windows-1252' };
}

/** The letters of the bytes 0x80 to 0x9f in Windows-1252. */
const upperLetters = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Some versions of Node read Latin-1 in place of Windows-1252. */
const windows1252 = (bytes: Uint8Array): string =>
  new TextDecoder('windows-1252')
    .decode(bytes)
    .replace(/[\u0080-\u009f]/g, (letter) => upperLetters[letter.charCodeAt(0) - 0x80] ?? letter);

const legacyByte = (letter: string): number => {
  const at = upperLetters.indexOf(letter);
  return at < 0 ? letter.charCodeAt(0) : at + 0x80;
};

/** Whether a text is UTF-8 that was once read as Windows-1252, or holds names of letters from HTML. */
export function isGarbled(text: string): boolean {
  if (/&[a-z]{3,8};/i.test(text)) return true;
  // A part of the text alone can be garbled.
  return (text.match(/[^\0-\u007f]+/g) ?? []).some((part) => {
    const bytes = [...part].map(legacyByte);
    return bytes.every((byte) => byte <= 0xff) && decodedAs('utf-8', Uint8Array.from(bytes)) !== undefined;
  });
}

/** UTF-16 without a mark: Latin letters have a zero in every second byte. */
function evenZeros(bytes: Uint8Array): RosterText['encoding'] | undefined {
  const sample = bytes.subarray(0, 4096);
  let [even, odd] = [0, 0];
  for (const [i, byte] of sample.entries())
    if (byte === 0) {
      if (i % 2 === 0) even++;
      else odd++;
    }
  const many = sample.length / 8;
  if (odd > many && even < odd / 8) return 'utf-16le';
  return even > many && odd < even / 8 ? 'utf-16be' : undefined;
}

function decodedAs(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What a text is that was saved in place of a list; a login page often is. */
function markupIn(text: string): string | undefined {
  const start = text.trimStart().slice(0, 200);
  if (/^<(!doctype html|html|head|body|table)\b/i.test(start)) return 'a web page';
  if (/^<\?xml\b|^<[a-z][\w:-]*[\s>]/i.test(start)) return 'XML';
  return /^[[{]\s*["{[\]}]/.test(start) ? 'JSON' : undefined;
}
