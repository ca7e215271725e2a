// Programs that images FROM scratch can have: those without a loader of libraries.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lacking } from '../../../tasks/toolbox/host-packages.ts';
import { busyboxTool, isStatic } from '../../../tasks/toolbox/static.ts';
import { ownFolder } from '../../own-folder.ts';

const folder = ownFolder();

/** A 64-bit ELF file with program headers of these types. */
function elf(...types: number[]): Buffer {
  const bytes = Buffer.alloc(64 + types.length * 56);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(types.length, 56);
  for (const [index, type] of types.entries()) bytes.writeUInt32LE(type, 64 + index * 56);
  return bytes;
}

test.each([
  ['of one that loads itself', elf(6, 1, 1), true],
  ['of one that moves itself as well', elf(1, 2), true],
  ['of one with a loader', elf(6, 3, 1), false],
  ['of a script', Buffer.from('#!/bin/sh\n'), false],
  ['cut short', elf(1, 1).subarray(0, 100), false],
])('the content %s', (_, bytes, expected) => expect(isStatic(bytes)).toBe(expected));

test.skipIf(process.platform !== 'linux')('the Node.js of this machine needs libraries', () =>
  expect(isStatic(readFileSync(process.execPath))).toBe(false),
);

test('a busybox that needs libraries counts as missing', async () => {
  const tool = { ...busyboxTool('pause image'), name: join(folder, 'busybox') };
  expect(await lacking([tool])).toEqual([tool]);
  writeFileSync(tool.name, elf(3));
  expect(await lacking([tool])).toEqual([tool]);
  writeFileSync(tool.name, elf(1));
  expect(await lacking([tool])).toEqual([]);
});
