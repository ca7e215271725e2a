// Byte order marks: the encoding that a text file names by its first bytes. PowerShell writes them with `>`. Pure.

/** Encodings that texts are read in; TextDecoder knows all but UTF-32. */
export type MarkedEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Byte order marks, the longer ones first. */
const marks: readonly [encoding: MarkedEncoding, bytes: readonly number[]][] = [
  ['utf-32be', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-32le', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The encoding of the byte order mark that a text begins with; undefined without one. */
export const markedEncoding = (bytes: Uint8Array): MarkedEncoding | undefined =>
  marks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
