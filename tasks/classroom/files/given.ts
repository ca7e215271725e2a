// Keeps which versions of files a student got, so that a later push can tell them from the student's own work.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Failure } from '../../core/failure.ts';
import { jsonIn } from '../../core/json.ts';
import type { FileVerbs } from '../../core/types.ts';
import { classPath, privateMode } from '../folder.ts';
import type { Handed } from './rules.ts';

/** Versions of a student's files that the teacher handed out, by path. What is noted is on the disk before the promise settles. */
export interface Given {
  of(path: string): Handed;
  /** Before a version is written. */
  begins(path: string, hash: string): Promise<void>;
  /** Once the student has a version. */
  arrived(path: string, hash: string): Promise<void>;
}

const file = z.record(z.string(), z.strictObject({ all: z.array(z.string()), last: z.string().optional() }));

/** What one student of a class got so far. A file for each student: a push to many writes small files. */
export async function givenTo(className: string, student: string, { write }: Pick<FileVerbs, 'write'>): Promise<Given> {
  const path = classPath(className, 'given', `${student}.json`);
  const read = existsSync(path) ? file.safeParse(jsonIn(await readFile(path, 'utf8'))) : { success: true, data: {} };
  if (!read.success || !read.data)
    throw new Failure(`${path} is damaged: it is not what firesteel writes`, {
      hint: "move the file away, then push again: new versions then go next to the student's files",
    });
  const paths = new Map<string, Handed>(Object.entries(read.data));
  const of = (name: string) => paths.get(name) ?? { all: [] };
  const keep = async (name: string, { all, last }: Handed) => {
    paths.set(name, { all: [...new Set(all)], last });
    await write([{ path, content: `${JSON.stringify(Object.fromEntries(paths))}\n`, mode: privateMode }]);
  };
  return {
    of,
    begins: (name, hash) => keep(name, { ...of(name), all: [...of(name).all, hash] }),
    arrived: (name, last) => keep(name, { all: [...of(name).all, last], last }),
  };
}
