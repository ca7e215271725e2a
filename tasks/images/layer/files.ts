// Hashes and copies the files that a job brings.
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileTrouble } from '../../core/files/trouble.ts';
import type { Command } from '../../core/types.ts';

/** A file or folder, and the absolute path it has in the image. */
export interface LayerFile {
  from: string;
  to: string;
  /** Tells the content of a folder that an earlier step brings, and that may not be there before. */
  digest?: string;
}

/** Folders that belong to the work on a program, not to the program. */
const leftOut = ['__pycache__', '.git'];

/** Every file in these, with its path in the image. Throws an Error that says what is neither file nor folder. */
function* walk({ from, to }: LayerFile, above: readonly string[] = []): Generator<LayerFile> {
  const about = statSync(from);
  if (about.isFile()) yield { from, to };
  else if (!about.isDirectory()) throw new Error('neither a file nor a folder');
  else {
    const real = realpathSync(from);
    if (above.includes(real)) throw new Error('a link to a folder that contains it');
    for (const name of readdirSync(from).sort())
      if (!leftOut.includes(name)) yield* walk({ from: join(from, name), to: join(to, name) }, [...above, real]);
  }
}

/** Every file in one of these, without folders that belong to the work on a program. */
export const filesIn = (file: LayerFile): LayerFile[] => [...walk(file)];

/** What keeps files from getting into an image, all at once. */
export function fileProblems(files: readonly LayerFile[]): string[] {
  const places = files.map(({ to }) => to);
  return files.flatMap((file, i) => {
    const { from, to } = file;
    if (!/^(\/[^/\p{Cc}]+)+$/u.test(to) || normalize(to) !== to)
      return [`${from}: ${JSON.stringify(to)} is not a plain absolute path in the image`];
    if (places.indexOf(to) < i) return [`${from}: ${files[places.indexOf(to)]?.from} already goes to ${to}`];
    if (file.digest) return [];
    try {
      for (const each of walk(file)) accessSync(each.from, constants.R_OK);
      return [];
    } catch (error) {
      const { path = from, message } = error as NodeJS.ErrnoException;
      return [fileTrouble(error) ?? `${path}: ${message}`];
    }
  });
}

/** The SHA-256 of a file. */
export async function fileSum(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** A line for each file: path in the image, whether it is a program to anybody, as `u+X` has it, checksum. */
export async function contentOf(files: readonly LayerFile[]): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) {
    if (file.digest) {
      lines.push(`${file.to} ${file.digest}`);
      continue;
    }
    for (const { from, to } of walk(file)) {
      const program = (statSync(from).mode & 0o111) !== 0;
      lines.push(`${to} ${program ? 'x' : '-'} ${await fileSum(from)}`);
    }
  }
  return lines.sort();
}

/** Where the copies of files are below `root`, which stands for the root of the image. */
export const copiesOf = (files: readonly LayerFile[], root: string): LayerFile[] =>
  files.map((file) => ({ ...file, from: join(root, file.to) }));

/** What of the image's root to pack: not the folders above, which may be the image's own, with other rights. */
export const topsOf = (files: readonly LayerFile[], common: string): string[] => [
  ...new Set(files.map(({ to }) => (to.startsWith(`${common}/`) ? common : to).slice(1))),
];

/** How many files go into one command. */
const mostAtOnce = 500;

/** Copies files to where `copies` says, what links point to in their place. */
export function copyCommands(files: readonly LayerFile[], copies: readonly LayerFile[]): Command[] {
  const cp = ['cp', '-RL'] as const;
  const commands: Command[] = [];
  /** Files that keep their name, by the folder they go to. */
  const plain = new Map<string, string[]>();
  for (const [i, { from, digest }] of files.entries()) {
    const copy = copies[i]?.from ?? '';
    if (digest !== undefined || statSync(from).isDirectory())
      commands.push(['mkdir', '-p', copy], [...cp, `${from}/.`, copy], leaveOutCommand(copy));
    else if (basename(from) === basename(copy)) plain.set(dirname(copy), [...(plain.get(dirname(copy)) ?? []), from]);
    else commands.push(['mkdir', '-p', dirname(copy)], [...cp, from, copy]);
  }
  for (const [folder, names] of plain) {
    commands.push(['mkdir', '-p', folder]);
    for (let i = 0; i < names.length; i += mostAtOnce)
      commands.push([...cp, ...names.slice(i, i + mostAtOnce), folder]);
  }
  return commands;
}

const leaveOutCommand = (folder: string): Command => {
  const names = leftOut.flatMap((name) => ['-o', '-name', name]).slice(1);
  return ['find', folder, '-type', 'd', '(', ...names, ')', '-prune', '-exec', 'rm', '-R', '{}', '+'];
};
