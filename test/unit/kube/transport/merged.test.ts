import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { merged } from '../../../../tasks/kube/transport/merged.ts';

async function all(source: Readable): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of merged(source)) pieces.push(piece.toString());
  return pieces;
}

test('pieces of one turn are joined, and later pieces are separate', async () => {
  const source = new PassThrough();
  const read = all(source);
  for (const text of ['a', 'b', 'c']) source.write(text);
  await setImmediate();
  await setImmediate();
  source.end('d');
  expect(await read).toEqual(['abc', 'd']);
});

test('nothing is lost or reordered if a reader is slower than a sender', async () => {
  const lines = Array.from({ length: 50_000 }, (_, number) => `line ${number} ${'x'.repeat(80)}\n`);
  const read: Buffer[] = [];
  for await (const piece of merged(Readable.from(lines, { objectMode: false }))) {
    read.push(piece);
    await setImmediate();
  }
  expect(Buffer.concat(read).toString() === lines.join('')).toBe(true);
});

test('an error comes after the pieces before it', async () => {
  const source = new PassThrough();
  const read: string[] = [];
  source.write('before');
  const reading = (async () => {
    for await (const piece of merged(source)) {
      read.push(piece.toString());
      source.destroy(new Error('cut'));
    }
  })();
  await expect(reading).rejects.toThrow('cut');
  expect(read).toEqual(['before']);
});

test('a premature end is an error', async () => {
  const source = new PassThrough();
  const read = all(source);
  source.destroy();
  await expect(read).rejects.toThrow('Premature close');
});

test('a reader that stops early ends the stream', async () => {
  const source = new PassThrough();
  source.write('one');
  for await (const _ of merged(source)) break;
  expect(source.destroyed).toBe(true);
});
