// Decodes a requirements file as pip does, and splits it into lines. Pure.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/#encoding

/** Byte order marks, the longer ones first. TextDecoder knows no UTF-32. */
const marks: readonly [encoding: string, bytes: readonly number[]][] = [
  ['utf-32', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-32', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The text; undefined if it is in no encoding that is said or known. */
export function requirementsText(bytes: Uint8Array): string | undefined {
  const marked = marks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
  const named = () => /^(?:#.*|.*\n#.*)coding[:=]\s*([-\w.]+)/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  try {
    return new TextDecoder(marked ?? pythonNames(named()), { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Names of Python's that the Encoding Standard writes in another way. */
const pythonNames = (name = 'utf-8'): string =>
  name
    .toLowerCase()
    .replace(/^(?:latin|iso8859)[-_]?1?$/, 'latin1')
    .replaceAll('_', '-');

/** Lines without comments. One that ends with a backslash continues in the next, but a comment ends with its line. */
export function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun = '';
  for (const line of text.split(/\r\n?|\n/)) {
    const isComment = /^\s*#/.test(line);
    if (!isComment && line.endsWith('\\')) begun += `${line.replace(/\\+$/, '')} `;
    else {
      lines.push(`${begun} ${line}`);
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
