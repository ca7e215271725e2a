// A notebook as a job: a folder of the cache with its script and a job.yaml, named by what the notebook says.
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { usageFailure } from '../lib/failure.ts';
import { shortDigest } from '../lib/hash.ts';
import { cachePath } from '../lib/paths.ts';
import { versionText } from '../lib/profile-shapes.ts';
import type { Context, FileContent, SingleStep } from '../lib/types.ts';
import { isAddress } from '../spark/job/job-files.ts';
import { type Conversion, convertNotebook, shownFinding } from './convert.ts';
import { findConverter, verifyConverter } from './converter.ts';

export const isNotebook = (word: string | undefined): word is string => word?.endsWith('.ipynb') ?? false;

/** What becomes a part of a pod's name and a key of a ConfigMap. */
const nameOf = (path: string): string => basename(path, '.ipynb').replaceAll(/[^-\w.]/g, '_') || 'notebook';

/** Whether the script writes the notebook with its outputs. */
export interface Recording {
  records?: boolean;
}

function folderOf(path: string, args: readonly string[], { records = false }: Recording): string {
  const asked = [resolve(path), args, ...(records ? ['records'] : [])];
  return cachePath('notebooks', shortDigest(JSON.stringify(asked), readFileSync(path)), nameOf(path));
}

/** The words of a job, the folder of its script in place of a notebook; those of other jobs, or of no file, as they are. */
export function jobWords(words: readonly string[], recording: Recording = {}): readonly string[] {
  const [path, ...args] = words;
  if (!isNotebook(path)) return words;
  try {
    return [folderOf(path, args, recording), ...args];
  } catch {
    return words;
  }
}

/** The version of Spark that a notebook's metadata names, before there is a job; what is wrong with it is told of the job. */
export function namedSpark(path: string): string | undefined {
  try {
    const { metadata } = JSON.parse(readFileSync(path, 'utf8')) as { metadata?: { firesteel?: { spark?: unknown } } };
    return versionText.safeParse(metadata?.firesteel?.spark).data;
  } catch {
    return undefined;
  }
}

/** Keys of `firesteel` in a notebook's metadata that name files, beside the notebook. */
const pathKeys = ['files', 'pyFiles', 'jars'];

/** What the metadata asks for, and what cells install; what is no list or block is for the reader of the job to refuse. */
function allPackages(asked: unknown, installed: readonly string[], beside: (value: unknown) => unknown): unknown {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return asked;
  const { pip = [], requirements, ...others } = asked as Record<string, unknown>;
  return {
    ...others,
    pip: Array.isArray(pip) ? [...pip, ...installed] : pip,
    ...(requirements === undefined ? {} : { requirements: beside(requirements) }),
  };
}

/** The files of the job. Everything in JSON is YAML as well. */
function jobFiles(
  path: string,
  args: readonly string[],
  { script, packages, job }: Conversion,
  recording: Recording,
): FileContent[] {
  const folder = folderOf(path, args, recording);
  // Not a module's name: Python looks beside its program first, and keras.py would be in the place of the package.
  const program = `${nameOf(path)}.ipynb.py`;
  const beside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(beside);
    return typeof value === 'string' && !isAddress(value) ? resolve(dirname(path), value) : value;
  };
  const keys = Object.entries(job).map(([key, value]) => {
    if (key === 'packages') return [key, allPackages(value, packages, beside)];
    return [key, pathKeys.includes(key) ? beside(value) : value];
  });
  const installed = packages.length > 0 ? { packages: { pip: packages } } : {};
  const yaml = { ...installed, ...Object.fromEntries(keys), main: program };
  return [
    { path: join(folder, program), content: script },
    { path: join(folder, 'job.yaml'), content: `${JSON.stringify(yaml, null, 2)}\n` },
  ];
}

/** What keeps a notebook from being a job, a line each; its job is in the cache if nothing does. */
export async function notebookProblems(
  words: readonly string[],
  { read, write }: Pick<Context, 'read' | 'write'>,
  recording: Recording = {},
): Promise<string[]> {
  const [path = '', ...args] = words;
  const made = await convertNotebook(path, args, read, recording.records);
  if (made.problems.length === 0) await write(jobFiles(path, args, made, recording));
  return made.problems.map((problem) => shownFinding(path, problem));
}

/** Puts the job of a notebook into the cache, and tells what is done otherwise than it says. */
export const convertStep = (words: readonly string[], recording: Recording = {}): SingleStep => ({
  title: 'Convert the notebook',
  run: async ({ read, write, change }, out) => {
    const [path = '', ...args] = words;
    // Only in a dry run there is none by now.
    if (!(await findConverter(read))) return void (await change(`convert ${path}`, () => verifyConverter(read)));
    const made = await convertNotebook(path, args, read, recording.records);
    const shown = (findings: Conversion['problems']) => findings.map((finding) => shownFinding(path, finding));
    if (made.problems.length > 0) throw usageFailure(shown(made.problems).join('\n'));
    for (const line of shown(made.warnings)) out.line(line);
    if (made.packages.length > 0) out.line(`packages: ${made.packages.join(' ')}`);
    await write(jobFiles(path, args, made, recording));
  },
});
