// The programs that notebooks become, run by a plain Python, without IPython.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { type Cell, notebook, ownConverter } from './converter.ts';

/** Converts and runs notebooks in a folder for the file's tests. */
export function ownProgram() {
  const convert = ownConverter();
  const folder = mkdtempSync(join(tmpdir(), 'fs-program-'));
  const work = join(folder, 'work-dir');
  mkdirSync(work);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs the program where a driver would: not in its own folder. */
  async function ranWith(cells: (string | Cell)[], args: string[] = [], env: NodeJS.ProcessEnv = {}, metadata = {}) {
    const { script, problems } = await convert(notebook(cells, metadata), args, 'FIRESTEEL_OUTPUTS' in env);
    expect(problems).toEqual([]);
    const program = join(mkdtempSync(join(folder, 'shipped-')), 'x.ipynb.py');
    writeFileSync(program, script);
    return spawnSync('python3', [program], { cwd: work, encoding: 'utf8', env: { ...process.env, ...env } });
  }
  return { convert, folder, work, ranWith };
}

/** The lines that a program printed. */
export const linesOf = (text: string): string[] => text.trimEnd().split('\n');
