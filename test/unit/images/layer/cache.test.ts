// Folders of the cache: whole, whatever has happened before.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchInto } from '../../../../tasks/images/layer/cache.ts';
import { plainContext } from '../../../plain-context.ts';

const context = plainContext();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('leftovers of a killed process with the same id are ignored', async () => {
  const to = join(folder, 'python-0123456789ab');
  mkdirSync(join(`${to}.${process.pid}`, 'content'), { recursive: true });
  writeFileSync(join(`${to}.${process.pid}`, 'content', 'stale.py'), '');
  await fetchInto(to, context, async (_, content) => writeFileSync(join(content, 'fresh.py'), ''));
  expect(readdirSync(to)).toEqual(['fresh.py']);
  expect(readdirSync(folder)).toEqual(['python-0123456789ab']);
});
