// A notebook as the Python script of a Spark job, or what in which cell and line keeps it from being one.
import { resolve } from 'node:path';
import type { Exec } from '../lib/types.ts';
import { converterCommand, converterEnv, verifyConverter } from './converter.ts';

/** Something to say about a notebook. Cells of all kinds and lines count from 1; a line without a cell is one of the file. */
export interface Finding {
  message: string;
  cell?: number;
  line?: number;
}

/** What became of a notebook. */
export interface Conversion {
  /** The whole script; empty if there are problems. */
  script: string;
  /** What keeps it from being a job, in the order of the notebook. */
  problems: Finding[];
  /** What is done otherwise than it says. */
  warnings: Finding[];
  /** Requirements that its `pip install` lines name, as `numpy>=2`. */
  packages: string[];
  /** Keys of a job.yaml that the notebook's metadata has under `firesteel`. */
  job: Record<string, unknown>;
}

/** `notebooks/pi.ipynb: cell 4, line 2: …`. */
export const shownFinding = (path: string, { cell, line, message }: Finding): string =>
  [path, [cell && `cell ${cell}`, line && `line ${line}`].filter(Boolean).join(', '), message]
    .filter(Boolean)
    .join(': ');

/** What the program is asked: a line of JSON. Contract: docker/notebook/convert.py. */
export const conversionRequest = (path: string, args: readonly string[], records = false): string =>
  `${JSON.stringify({ path: resolve(path), args, records })}\n`;

/**
 * Converts the notebook at `path`, its cell tagged `parameters` filled from `args` as papermill does. With `records` its script
 * writes the notebook with outputs. Only reads; the same notebook and arguments give the same bytes.
 */
export async function convertNotebook(
  path: string,
  args: readonly string[],
  read: Exec,
  records = false,
): Promise<Conversion> {
  const folder = await verifyConverter(read);
  const answer = await read(converterCommand, {
    input: conversionRequest(path, args, records),
    env: converterEnv(folder),
  });
  return JSON.parse(answer) as Conversion;
}
