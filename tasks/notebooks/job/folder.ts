// A notebook as a job: a folder of the cache with its program and a job.yaml, named by what the notebook says.
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { usageFailure } from '../../core/failure.ts';
import { shortDigest } from '../../core/files/hash.ts';
import { cachePath } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import { readRequirements } from '../../images/layer/requirements.ts';
import { versionText } from '../../profile/blocks/shapes.ts';
import { confProblems } from '../../profile/conf-rules.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
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

/** What the job of a notebook is made for. */
export type JobRequest = Omit<Asked, 'args'>;

const convert = ([path = '', ...args]: readonly string[], read: Exec, request: JobRequest) =>
  convertNotebook(path, { ...request, args }, read);

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

/** What keeps a notebook from being a job, a line each; its job is kept if nothing does. */
export async function notebookProblems(
  words: readonly string[],
  { read, write }: Pick<Context, 'read' | 'write'>,
  request: JobRequest,
  below?: string,
): Promise<string[]> {
  const [path = '', ...args] = words;
  const made = await convert(words, read, request);
  const problems = problemsOf(path, made);
  const kept = { ...request, ...(below ? { below } : {}) };
  if (problems.length === 0) await write(jobContent(path, folderOf(path, args, kept), made));
  return problems;
}

/** The same problems of a notebook's job, by the notebook's metadata in place of the job.yaml in the cache. */
export function namedByNotebook(problem: string, words: readonly string[], kept: Kept): string {
  const [path = '', ...args] = words;
  const [first = '', ...others] = problem.split(`${join(folderOf(path, args, kept), 'job.yaml')}:`);
  return [first, ...others.map((part) => `${path}: metadata.firesteel.${part.replace(/^\d+:\d+: /, '')}`)].join('');
}

/**
 * Puts the job of a notebook into the cache, and says what is done otherwise than the notebook says. `further` tells the steps
 * that are known only then.
 */
export const convertStep = (
  words: readonly string[],
  request: JobRequest,
  further?: NonNullable<SingleStep['further']>,
): SingleStep => ({
  title: 'Convert the notebook',
  run: async ({ read, write, change }, out) => {
    const [path = '', ...args] = words;
    // Only in a dry run there is none by now.
    if (!(await findConverter(read))) return void (await change(`convert ${path}`, () => verifyConverter(read)));
    const made = await convert(words, read, request);
    const problems = problemsOf(path, made);
    if (problems.length > 0) throw usageFailure(problems.join('\n'));
    for (const warning of made.warnings) out.line(shownFinding(path, warning));
    const found = { packages: made.packages, ...made.lists };
    for (const [key, list] of Object.entries(found)) if (list.length > 0) out.line(`${key}: ${list.join(' ')}`);
    for (const [key, { value }] of Object.entries(made.conf)) out.line(`conf: ${key}=${value}`);
    await write(jobContent(path, folderOf(path, args, request), made));
  },
  further: async (context) =>
    (await findConverter(context.read)) || !further
      ? ((await further?.(context)) ?? [])
      : [{ title: `Run ${words[0]}`, observes: true, run: async () => {} }],
});
