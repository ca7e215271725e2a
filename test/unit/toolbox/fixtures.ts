// What the tests of the toolbox share: their own cache, rows, releases on disk, a context of real commands.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach } from 'vitest';
import type { Context } from '../../../tasks/steps/types.ts';
import type { Source, ToolRow } from '../../../tasks/toolbox/table.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

/** A folder for this file, and in it a new cache for each of its tests. */
export function ownCache(): string {
  const folder = ownFolder({ XDG_CACHE_HOME: '' });
  beforeEach(() => {
    process.env['XDG_CACHE_HOME'] = mkdtempSync(join(folder, 'cache-'));
  });
  return folder;
}

/** A context whose commands and files are real; there is no cluster to ask. */
export function commandContext(signal = new AbortController().signal): Context {
  return plainContext({ signal });
}

/** A program that only tells its version. */
export const scriptTelling = (version: string): string => `#!/bin/sh\necho "hello version ${version}"\n`;

export function writeProgram(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** A release on disk: `content` under `folder`/hello, with this checksum beside it. */
export function releaseOnDisk(folder: string, content: string, sum = sha256(content)): Source {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'hello'), content);
  writeFileSync(join(folder, 'hello.sha256'), `${sum}  hello\n`);
  const address = pathToFileURL(join(folder, 'hello')).href;
  return { kind: 'release', release: { programs: ['hello'], address, checksums: `${address}.sha256` } };
}

/** A row of a program called hello. */
export const helloRow = (sources: Source[], version = 'v1.2.3'): ToolRow => ({
  name: 'hello',
  version,
  purpose: 'greets',
  ask: ['--version'],
  sources,
});
