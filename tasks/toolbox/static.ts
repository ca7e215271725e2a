// Whether a program runs without libraries of this machine, as one in an image FROM scratch must.
import { readFileSync } from 'node:fs';
import type { Tool } from '../steps/types.ts';

/** Program header that names the loader of libraries (PT_INTERP): https://man7.org/linux/man-pages/man5/elf.5.html */
const loader = 3;

/** Whether a 64-bit ELF program, of which `bytes` is the content, asks for no loader. */
export function isStatic(bytes: Buffer): boolean {
  const is64 = bytes.subarray(0, 6).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]));
  if (!is64 || bytes.length < 64) return false;
  const start = Number(bytes.readBigUInt64LE(32));
  const [size, count] = [bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  const offsets = Array.from({ length: count }, (_, index) => start + index * size);
  return offsets.every((offset) => offset + 4 <= bytes.length && bytes.readUInt32LE(offset) !== loader);
}

/** The same for a file; false if there is none. */
export function isStaticProgram(path: string): boolean {
  try {
    return isStatic(readFileSync(path));
  } catch {
    return false;
  }
}

/** What goes into images FROM scratch. Debian's package busybox has another program at the same place, which needs libc. */
export const busybox = '/bin/busybox';

/** That program as a tool of this machine. */
export const busyboxTool = (purpose: string): Tool => ({
  name: busybox,
  package: 'busybox-static',
  isStatic: true,
  purpose,
});
