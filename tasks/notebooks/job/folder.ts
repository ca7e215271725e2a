// Makes the folder of a notebook job in the cache, named after the notebook's content.
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { usageFailure } from '../../core/failure.ts';
import { writeFiles } from '../../core/files/changes.ts';
import { shortDigest } from '../../core/files/hash.ts';
import { cachePath } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import { readRequirements } from '../../images/layer/requirements.ts';
import { versionText } from '../../profile/blocks/shapes.ts';
import { confProblems } from '../../profile/conf-rules.ts';
import type { SingleStep } from '../../steps/types.ts';
import { jobContent } from './content.ts';
import { type Asked, type Conversion, convertNotebook, shownFinding } from './convert.ts';
import { findConverter, verifyConverter } from './converter.ts';

export const isNotebook = (word: string | undefined): word is string => word?.endsWith('.ipynb') ?? false;

/** What becomes a part of a pod's name and a key of a ConfigMap. */
const nameOf = (path: string): string => basename(path, '.ipynb').replaceAll(/[^-\w.]/g, '_') || 'notebook';

/** Whether the program writes the notebook with its outputs. */
export interface Recording {
  records?: boolean;
}

/** The same, and where jobs are kept; in the cache if left out. */
export interface Kept extends Recording {
  below?: string;
}

function folderOf(
  path: string,
  args: readonly string[],
  { records = false, below = cachePath('notebooks') }: Kept,
): string {
  const asked = [resolve(path), args, ...(records ? ['records'] : [])];
  return join(below, shortDigest(JSON.stringify(asked), readFileSync(path)), nameOf(path));
}

/** The words of a job, the folder of its program in place of a notebook; those of other jobs, or of no file, unchanged. */
export function jobWords(words: readonly string[], kept: Kept = {}): readonly string[] {
  const [path, ...args] = words;
  if (!isNotebook(path)) return words;
  try {
    return [folderOf(path, args, kept), ...args];
  } catch {
    return words;
  }
}

/** The version of Spark that a notebook's metadata names, before there is a job; its problems are reported with the job. */
export function namedSpark(path: string): string | undefined {
  try {
    const { metadata } = JSON.parse(readFileSync(path, 'utf8')) as { metadata?: { firesteel?: { spark?: unknown } } };
    return versionText.safeParse(metadata?.firesteel?.spark).data;
  } catch {
    return undefined;
  }
}

/** Why a file is no notebook, as far as that shows without the converter; undefined if it seems to be one. */
export function fileProblem(path: string): string | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as { nbformat?: unknown } | null;
    return typeof content?.nbformat === 'number' ? undefined : `${path}: not a notebook: it has no nbformat`;
  } catch (error) {
    if (error instanceof SyntaxError) return `${path}: not JSON: ${error.message}`;
    const { code, message } = error as NodeJS.ErrnoException;
    return `${path}: ${code === 'ENOENT' ? 'No such file or directory' : message}`;
  }
}

/** What the job of a notebook is made for, and where it is kept. */
export type JobRequest = Omit<Asked, 'args'> & Kept;

/** Problems that are found before there is a job.yaml, which nobody wrote: each names the notebook. */
function problemsOf(path: string, made: Conversion): string[] {
  const conf = Object.fromEntries(Object.entries(made.conf).map(([key, { value }]) => [key, value]));
  const { notSecrets } = made.job;
  const names = Array.isArray(notSecrets) ? notSecrets.map(String) : [];
  const properties = confProblems(conf, { key: 'metadata.firesteel.notSecrets', names }).map(({ key, message }) => ({
    ...made.conf[key],
    message: `${key}: ${message}`,
  }));
  const requirements = made.packages.flatMap((line) =>
    readRequirements([line], dirname(resolve(path))).problems.map((message) => ({ ...made.places[line], message })),
  );
  return [...made.problems, ...properties, ...requirements].map((problem) => shownFinding(path, problem));
}

/** Why a notebook is no job, a line each. */
interface Refusal {
  refused: string[];
}

export const isRefused = (made: Conversion | Refusal): made is Refusal => 'refused' in made;

/** The notebook as a job, which is now kept, or what keeps it from being one, a line each. */
export async function convertedJob(
  words: readonly string[],
  read: Exec,
  request: JobRequest,
): Promise<Conversion | Refusal> {
  const [path = '', ...args] = words;
  const made = await convertNotebook(path, { ...request, args }, read);
  const problems = problemsOf(path, made);
  if (problems.length > 0) return { refused: problems };
  await writeFiles(jobContent(path, folderOf(path, args, request), made));
  return made;
}

/** The same problems of a notebook's job, by the notebook's metadata in place of the job.yaml in the cache. */
export function namedByNotebook(problem: string, words: readonly string[], kept: Kept): string {
  const [path = '', ...args] = words;
  const [first = '', ...others] = problem.split(`${join(folderOf(path, args, kept), 'job.yaml')}:`);
  return [first, ...others.map((part) => `${path}: metadata.firesteel.${part.replace(/^\d+:\d+: /, '')}`)].join('');
}

/** What of a conversion is known beforehand. */
interface Ahead {
  /** What became of the notebook, if that is known. */
  made?: Conversion;
  /** The steps that are known only once there is a job. */
  further?: NonNullable<SingleStep['further']>;
}

/** Converts the notebook unless that is done, and says what is done otherwise than the notebook says. */
export const convertStep = (words: readonly string[], request: JobRequest, { made, further }: Ahead): SingleStep => ({
  title: 'Convert the notebook',
  // With the notebook converted, only the lines are left to show.
  ...(made && { compares: true }),
  run: async ({ read, change }, out) => {
    const [path = ''] = words;
    // Only in a dry run there is no converter by now.
    if (!made && !(await findConverter(read)))
      return void (await change(`convert ${path}`, () => verifyConverter(read)));
    const converted = made ?? (await convertedJob(words, read, request));
    if (isRefused(converted)) throw usageFailure(converted.refused.join('\n'));
    for (const warning of converted.warnings) out.line(shownFinding(path, warning));
    const found = { packages: converted.packages, ...converted.lists };
    for (const [key, list] of Object.entries(found)) if (list.length > 0) out.line(`${key}: ${list.join(' ')}`);
    for (const [key, { value }] of Object.entries(converted.conf)) out.line(`conf: ${key}=${value}`);
  },
  ...(further && {
    further: async (context) =>
      (await findConverter(context.read))
        ? further(context)
        : [{ title: `Run ${words[0]}`, observes: true, run: async () => {} }],
  }),
});
