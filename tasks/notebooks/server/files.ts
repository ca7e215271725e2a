// Uploads notebooks and data to the work folder of a notebook server, unless they exist.
import { existsSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { withLab } from './link.ts';

/** JupyterLab takes requests of 512 MB; what is larger than this is data, for a volume. */
const mostMebibytes = 100;

interface Brought {
  /** Path below the work folder, with `/`. */
  to: string;
  /** Path here; of a folder undefined. */
  from?: string;
}

/** What keeps these words from being files and folders to bring. Only reads. */
export function fileProblems(words: readonly string[]): string[] {
  const missing = words.filter((word) => !existsSync(word));
  if (missing.length > 0) return missing.map((word) => `${word}: no such file or folder`);
  const others = words.filter((word) => !isBringable(statSync(word)));
  if (others.length > 0) return others.map((word) => `${word}: not a file and not a folder`);
  const hidden = words.filter((word) => basename(resolve(word)).startsWith('.'));
  if (hidden.length > 0)
    return hidden.map((word) => `${word}: JupyterLab takes no hidden files: choose a name without a dot in front`);
  const tops = words.map((word) => basename(resolve(word)));
  const twice = tops.find((name, i) => tops.indexOf(name) !== i);
  const bytes = broughtFiles(words).reduce((sum, { from }) => sum + (from ? statSync(from).size : 0), 0);
  return [
    ...(twice ? [`two files or folders are named ${twice}`] : []),
    ...(bytes > mostMebibytes * 2 ** 20 ? [`${words.join(' ')}: more than ${mostMebibytes} MiB together`] : []),
  ];
}

const isBringable = (about: Stats): boolean => about.isFile() || about.isDirectory();

/** Folders come under their own names, without what is hidden in them; a folder before what is in it. */
export const broughtFiles = (words: readonly string[]): Brought[] =>
  words.flatMap((word) => below(resolve(word), basename(resolve(word))));

/** A link to a folder above it ends there; pipes and sockets hold nothing to bring. */
function below(from: string, to: string, above: readonly string[] = []): Brought[] {
  const about = statSync(from);
  if (!about.isDirectory()) return about.isFile() ? [{ from, to }] : [];
  const real = realpathSync(from);
  if (above.includes(real)) return [];
  const names = readdirSync(from)
    .filter((name) => !/^[.~]|^(__pycache__|node_modules)$/.test(name) && existsSync(join(from, name)))
    .sort();
  return [{ to }, ...names.flatMap((name) => below(join(from, name), `${to}/${name}`, [...above, real]))];
}

/** Puts each where there is nothing of its path; what is there is someone's work. */
export function bringFiles(object: string, words: readonly string[]): SingleStep {
  const missing = (context: Context): Promise<Brought[] | undefined> =>
    withLab(context, object, async (link) => {
      const found = await Promise.all(broughtFiles(words).map(async (one) => ((await link.has(one.to)) ? [] : [one])));
      return found.flat();
    });
  return {
    title: 'Upload missing notebooks',
    skip: async (context) => (await missing(context).catch(() => undefined))?.length === 0 && 'all are already there',
    run: async (context, out) => {
      const wanted = (await missing(context)) ?? broughtFiles(words);
      await context.change(`bring ${wanted.map(({ to }) => to).join(', ')}`, async () => {
        const isDone = await withLab(context, object, async (link) => {
          for (const { from, to } of wanted) {
            await (from ? link.put(to, readFileSync(from)) : link.makeFolder(to));
            out.line(to);
          }
          return true;
        });
        if (!isDone) throw new Failure('JupyterLab no longer answers', { hint: 'run the command again' });
      });
    },
  };
}
