// Converts a notebook to a Python program, or reports the cells and lines that prevent it.
import { resolve } from 'node:path';
import { withoutPasswords } from '../../core/network/passwords.ts';
import type { Exec } from '../../core/types.ts';
import { reserved } from '../../profile/conf-rules.ts';
import { converterCommand, converterEnv, verifyConverter } from './converter.ts';

/** Cells of all kinds and lines count from 1; a line without a cell is one of the file. */
export interface Place {
  cell?: number;
  line?: number;
}

/** Something to say about a notebook. */
export interface Finding extends Place {
  message: string;
}

/** What became of a notebook. */
export interface Conversion {
  /** The whole program; empty if there are problems. */
  script: string;
  /** What keeps it from being a job, in the order of the notebook. */
  problems: Finding[];
  /** What is done otherwise than it says. */
  warnings: Finding[];
  /** What its calls of pip install: lines of a requirements file, such as `numpy>=2` and `-r FILE`. */
  packages: string[];
  /** Where it names each of them. */
  places: Record<string, Place>;
  /** Properties that its code sets, and that hold only if they are the job's. */
  conf: Record<string, Place & { value: string }>;
  /** Maven coordinates, and addresses or paths of files, that its code names in properties of Spark. */
  lists: Partial<Record<'maven' | 'jars' | 'files' | 'pyFiles', string[]>>;
  /** Keys of a job.yaml that the notebook's metadata has under `firesteel`. */
  job: Record<string, unknown>;
}

/** What a notebook is converted for. */
export interface Asked {
  /** Arguments, which fill the cell tagged `parameters` as papermill does. */
  args: readonly string[];
  /** Whether the program writes the notebook with its outputs. */
  records?: boolean;
  /** The version of Spark the job runs on. */
  spark: string;
  /** Whether firesteel makes the base of its image: then it is known which programs that lacks. */
  isOurImage: boolean;
}

/** `notebooks/pi.ipynb: cell 4, line 2: …`; code that a message repeats may have a password in an address. */
export const shownFinding = (path: string, { cell, line, message }: Finding): string =>
  [path, [cell && `cell ${cell}`, line && `line ${line}`].filter(Boolean).join(', '), withoutPasswords(message)]
    .filter(Boolean)
    .join(': ');

/** What the converter is asked: a line of JSON. Contract: docker/notebook/convert.py. */
export const conversionRequest = (path: string, { args, records = false, spark, isOurImage }: Asked): string =>
  `${JSON.stringify({ args, spark, isOurImage, path: resolve(path), records, reserved })}\n`;

/** Converts the notebook at `path`. Only reads; the same notebook and request give the same bytes. */
export async function convertNotebook(path: string, asked: Asked, read: Exec): Promise<Conversion> {
  const folder = await verifyConverter(read);
  const answer = await read(converterCommand, {
    input: conversionRequest(path, asked),
    env: converterEnv(folder),
  });
  return JSON.parse(answer) as Conversion;
}
