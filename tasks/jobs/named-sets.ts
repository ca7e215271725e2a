// Data sets that the user has named: a file for each, with path, checksum, license and way.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { shown } from '../core/exec.ts';
import { Failure } from '../core/failure.ts';
import { cachePath, dataPath } from '../core/paths.ts';
import { readYaml } from '../core/yaml.ts';
import { contentOf, fileProblems } from '../images/layer/files.ts';

/** How data gets to the pods of a job. */
export const dataWays = ['image', 'mount', 'claim', 'remote'] as const;
export type DataWay = (typeof dataWays)[number];

const namedSchema = z.strictObject({
  /** A path, an https address, or a word of --data: claim:NAME/path, image:/path, s3a://bucket/path. */
  source: z.string().min(1),
  way: z.enum(dataWays),
  /** SHA-256 of the file, or of the list of a folder's files; none for what is not on this machine. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  license: z.string().default('not stated'),
});

/** A data set that a user named. */
export type NamedSet = z.output<typeof namedSchema> & { name: string };

/** The folder with a file for each. */
export const namedSetsFolder = (): string => dataPath('data-sets');
export const namedSetFile = (name: string): string => join(namedSetsFolder(), `${name}.yaml`);

/** A name that is also one of Kubernetes. */
export const isSetName = (text: string): boolean => /^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/.test(text);

/** The data set of this name; undefined if there is none. */
export function readNamedSet(name: string): NamedSet | undefined {
  if (!isSetName(name) || !existsSync(namedSetFile(name))) return undefined;
  const { value } = readYaml(readFileSync(namedSetFile(name), 'utf8'));
  const parsed = namedSchema.safeParse(value);
  if (!parsed.success) throw new Failure(`${namedSetFile(name)}: ${parsed.error.issues[0]?.message}`);
  return { ...parsed.data, name };
}

/** All of them, by name. */
export const namedSets = (): NamedSet[] =>
  (existsSync(namedSetsFolder()) ? readdirSync(namedSetsFolder()) : [])
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => readNamedSet(basename(name, '.yaml')) ?? []);

/** An address that this machine fetches. */
export const isWeb = (source: string): boolean => /^https?:\/\//i.test(source);

/** Where a set's files are on this machine: a download is in the cache under its checksum. */
export const pathOf = ({ name, source, sha256 }: Pick<NamedSet, 'name' | 'source' | 'sha256'>): string =>
  isWeb(source) ? cachePath('data', `${name}-${sha256?.slice(0, 12)}`, fileOf(source)) : source;

/** A name that Spark does not take for a pattern of names. */
export const podName = (name: string): string => name.replaceAll(/[[\]{}*?\\]/g, '-');

/** The file of an address, without what follows its name. */
function fileOf(source: string): string {
  const name = basename(new URL(source).pathname);
  try {
    return podName(decodeURIComponent(name).replaceAll(/[/\p{Cc}]/gu, '-')) || 'data';
  } catch {
    return name;
  }
}

/** What of a file or folder has no checksum, such as a link to nothing. */
export const unreadable = (path: string): string[] => fileProblems([{ from: path, to: '/data' }]);

/** The checksum of a file as sha256sum has it, or of a folder: over the sorted lines of its files. */
export async function sumOf(path: string): Promise<string> {
  const [problem] = unreadable(path);
  if (problem) throw new Failure(problem, { hint: 'correct or remove it, and run the command again' });
  const isFolder = statSync(path).isDirectory();
  const lines = await contentOf([{ from: path, to: isFolder ? '' : '/file' }]);
  if (!isFolder) return lines[0]?.split(' ').at(-1) ?? '';
  // Whether a file may be run differs from machine to machine.
  const plain = lines.map((line) => line.replace(/ [x-] (?=[0-9a-f]{64}$)/, ' ')).sort();
  if (plain.length === 1) return plain[0]?.split(' ').at(-1) ?? '';
  return createHash('sha256').update(plain.join('\n')).digest('hex');
}

/** Fails if a set is no longer what was named. */
export async function verifySet(set: NamedSet): Promise<void> {
  const path = pathOf(set);
  if (!existsSync(path))
    throw new Failure(`data ${set.name}: ${path} is gone`, {
      hint: `name the data again: firesteel data add ${set.name} PATH`,
    });
  const found = await sumOf(path);
  if (found !== set.sha256)
    throw new Failure(`data ${set.name}: its checksum is ${found}, not ${set.sha256}`, {
      hint: `put the former files back, or name the data again: ${shown(['firesteel', 'data', 'add', set.name, set.source])}`,
    });
}

/** Fails if what an address gives is no longer what was named. */
export async function verifyFetched({ name, source, sha256 }: NamedSet, path: string): Promise<void> {
  const found = await sumOf(path);
  if (found !== sha256)
    throw new Failure(`data ${name}: ${source} now has the checksum ${found}, not ${sha256}`, {
      hint: `if you trust the new file, name the data again: ${shown(['firesteel', 'data', 'add', name, source])}`,
    });
}
