// The teacher's folder of a class: students and their keys.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Failure } from '../core/failure.ts';
import { dataPath } from '../core/paths.ts';
import type { FileContent } from '../core/types.ts';
import type { Keys } from './keys.ts';
import type { Student } from './types.ts';

/** A path in the folder of a class: `<data folder>/classes/<class>/`. Everything in it is the teacher's alone. */
export const classPath = (className: string, ...parts: string[]): string => dataPath('classes', className, ...parts);

/** Names of all classes whose students are kept on this machine, sorted. */
export async function classNames(): Promise<string[]> {
  const names = await readdir(dataPath('classes')).catch(() => []);
  return names.filter((name) => existsSync(classPath(name, 'students.json'))).sort();
}

/** Rights of all files that hold names, codes, tokens or keys. */
export const privateMode = 0o600;

const version = 1;

const name = z.string().regex(/^(?=.{1,40}$)[a-z]([-a-z0-9]*[a-z0-9])?$/);
const text = z.string();

/** The field that identifies people, and the title of its column; no title in a typed list. */
const identity = z.strictObject({ field: z.enum(['login', 'email', 'id', 'name']), column: text.optional() });

const student = z.strictObject({
  name,
  key: text,
  shown: text,
  email: text.optional(),
  login: text.optional(),
  id: text.optional(),
  group: text.optional(),
});

/** A person who left: the name is given to nobody else, and given back to the one who had it. `hasSeat` until it is removed. */
const formerStudent = z.strictObject({ name, key: text, hasSeat: z.literal(true).optional() });

const isOnceEach = (values: string[]) => new Set(values).size === values.length;

const record = z
  .strictObject({
    version: z.literal(version),
    by: identity,
    students: z.array(student),
    former: z.array(formerStudent),
  })
  .refine(({ students, former }) => isOnceEach([...students, ...former].map((person) => person.name)));

const keyFile = z.strictObject({
  version: z.literal(version),
  keys: z.record(
    name,
    z.strictObject({
      code: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/),
      cookie: z.string().regex(/^[0-9a-f]{32}$/),
      token: z.string().regex(/^[0-9a-f]{48}$/),
      number: z.int().min(0),
    }),
  ),
});

/** How the list identifies people. */
export type Identity = z.infer<typeof identity>;

/** A person who left the class for good. */
export type FormerStudent = z.infer<typeof formerStudent>;

/** A student as one who left, with a seat that is still to be removed. */
export const leaver = ({ name, key }: Pick<Student, 'name' | 'key'>): FormerStudent => ({ name, key, hasSeat: true });

/** Who is in a class and who was, as students.json keeps them. */
export interface ClassRecord {
  by: Identity;
  students: Student[];
  former: FormerStudent[];
}

/** Those who left, and whose seats are still to be removed. */
export const leaversOf = ({ former }: ClassRecord): FormerStudent[] => former.filter(({ hasSeat }) => hasSeat);

/** The record once these seats are removed. */
export const withoutSeats = (record: ClassRecord, removed: ReadonlySet<string>): ClassRecord => ({
  ...record,
  former: record.former.map((one) => (removed.has(one.name) ? { name: one.name, key: one.key } : one)),
});

/** The record of a class; undefined if there is no such class yet. */
export async function readRecord(className: string): Promise<ClassRecord | undefined> {
  const path = classPath(className, 'students.json');
  const read = await readJson(path, record, 'without it, every student counts as new');
  return read && { by: read.by, students: read.students, former: read.former };
}

/** The keys of a class; none if there is no file yet. */
export async function readKeys(className: string): Promise<Keys> {
  const path = classPath(className, 'keys.json');
  const read = await readJson(path, keyFile, 'without it, every student gets a new code');
  return new Map(Object.entries(read?.keys ?? {}));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The file that keeps the record of a class. */
export const recordFile = (className: string, { by, students, former }: ClassRecord): FileContent => ({
  path: classPath(className, 'students.json'),
  content: json({ version, by, students, former }),
  mode: privateMode,
});

/** The file that keeps the keys of a class. A dry run shows its path alone. */
export const keysFile = (className: string, keys: Keys): FileContent => ({
  path: classPath(className, 'keys.json'),
  content: json({ version, keys: Object.fromEntries(keys) }),
  mode: privateMode,
});

/** What a file of ours holds; undefined if there is none. Never repeats its content: that may be secret. */
export async function readJson<T>(path: string, schema: z.ZodType<T>, loss: string): Promise<T | undefined> {
  const bytes = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Failure(`${path}: ${error.message}`);
  });
  if (bytes === undefined) return undefined;
  const damaged = (reason: string) =>
    new Failure(`${path} is damaged: ${reason}`, {
      hint: `restore the file from a backup, or move it away and run the command again; ${loss}`,
    });
  let value: unknown;
  try {
    value = JSON.parse(bytes);
  } catch {
    throw damaged(bytes.trim() === '' ? 'it is empty' : 'it is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const written = (value as { version?: unknown } | null)?.version;
  if (typeof written === 'number' && written > version)
    throw new Failure(`${path} comes from a newer firesteel`, { hint: 'update firesteel' });
  const place = parsed.error.issues[0]?.path.join('.');
  throw damaged(place ? `${place} is not what firesteel writes` : 'it is not what firesteel writes');
}
