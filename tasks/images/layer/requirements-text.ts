// Decodes a requirements file as pip does, splits it into lines, and fills in variables. Pure.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/#encoding
import { markedEncoding } from '../../core/files/encoding.ts';

/** The text; undefined if its encoding is neither named nor known, as of UTF-16 without a mark. */
export function requirementsText(bytes: Uint8Array): string | undefined {
  const marked = markedEncoding(bytes);
  const named = () => /^(?:#.*|.*\n#.*)coding[:=]\s*([-\w.]+)/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  try {
    const encoding = marked ?? pythonNames(named());
    const text = encoding.startsWith('utf-32')
      ? utf32(bytes, encoding === 'utf-32le')
      : new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** TextDecoder knows no UTF-32. */
function utf32(bytes: Uint8Array, isLittle: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const letters = Array.from({ length: bytes.byteLength / 4 - 1 }, (_, i) => view.getUint32(4 + 4 * i, isLittle));
  return letters.map((letter) => String.fromCodePoint(letter)).join('');
}

/** Code pages of Windows for Japanese, Chinese and Korean. */
const ofWindows: Record<string, string> = { '932': 'shift_jis', '936': 'gbk', '949': 'euc-kr', '950': 'big5' };

/** Names of Python's that the Encoding Standard writes in another way. */
const pythonNames = (name = 'utf-8'): string =>
  name
    .toLowerCase()
    .replace(/^(?:latin|iso8859)[-_]?1?$/, 'latin1')
    .replace(/^utf[-_]?8[-_]sig$/, 'utf-8')
    .replace(/^(?:cp|ms)9\d\d$/, (name) => ofWindows[name.slice(-3)] ?? name)
    .replaceAll('_', '-');

/** Where Python's str.splitlines ends lines. */
const lineEnd = /\r\n?|[\n\v\f\x85\u2028\u2029]/;

/** Lines without comments. One that ends with a backslash continues in the next, but a comment ends with its line. */
export function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun = '';
  for (const line of text.split(lineEnd)) {
    const isComment = /^\s*#/.test(line);
    if (!isComment && line.endsWith('\\')) begun += line.replace(/\\+$/, '');
    else {
      lines.push(isComment ? `${begun} ${line}` : begun + line);
      begun = '';
    }
  }
  return [...lines, begun]
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter(Boolean);
}

/** The line with the values of `${NAME}`; an unset variable stays as written. */
export const withVariables = (line: string, env: Readonly<Record<string, string | undefined>> = process.env): string =>
  line.replaceAll(/\$\{([A-Z0-9_]+)\}/g, (written, name: string) => env[name] || written);
