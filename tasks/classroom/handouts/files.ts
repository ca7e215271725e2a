// The files of hand-outs: a page for each student, all pages in one file, and the table for mail programs.
import { existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { FileContent } from '../../core/types.ts';
import { privateMode } from '../folder.ts';
import { mailMerge } from './mail-merge.ts';
import { type Handout, type HandoutClass, handoutPage, handoutSheet, pageMark } from './page.ts';

const pages = 'pages';

/** All hand-outs of a class. Each file holds codes: mode 0600. */
export function handoutFiles(folder: string, about: HandoutClass, handouts: readonly Handout[]): FileContent[] {
  const sheets = handouts.map(({ student, seat }) => ({
    name: student.name,
    sheet: handoutSheet(about, { student, seat }),
  }));
  const all = sheets.map(({ sheet }) => sheet);
  return [
    { path: join(folder, 'all.html'), content: handoutPage(about, all) },
    { path: join(folder, 'mail-merge.csv'), content: mailMerge(handouts) },
    ...sheets.map(({ name, sheet }) => ({
      path: join(folder, pages, `${name}.html`),
      content: handoutPage(about, [sheet]),
    })),
  ].map((file) => ({ ...file, mode: privateMode }));
}

/** Pages of this class for students who are no longer in it. A page without the mark of the class is someone's own. */
export async function staleHandouts(
  folder: string,
  { title }: Pick<HandoutClass, 'title'>,
  students: readonly { name: string }[],
): Promise<string[]> {
  const names = new Set(students.map(({ name }) => `${name}.html`));
  const files = await readdir(join(folder, pages)).catch(() => []);
  const others = files
    .filter((file) => file.endsWith('.html') && !names.has(file))
    .sort()
    .map((file) => join(folder, pages, file));
  const marks = await Promise.all(others.map((file) => isMarked(file, pageMark(title))));
  return others.filter((_, i) => marks[i]);
}

/** The mark is in the head of a page. */
const headBytes = 4096;

async function isMarked(path: string, mark: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  try {
    const read = await file?.read({ buffer: Buffer.alloc(headBytes) });
    return read?.buffer.toString('utf8', 0, read.bytesRead).includes(mark) === true;
  } catch {
    // A folder, for one.
    return false;
  } finally {
    await file?.close();
  }
}

/** What is wrong with a folder in a git repository, where a commit would publish the codes: a line, or none. */
export function repositoryProblems(folder: string): string[] {
  for (let above = resolve(folder); ; above = dirname(above)) {
    if (existsSync(join(above, '.git')))
      return [
        `${folder} is in the git repository ${above}, and hand-outs hold the codes of students: choose a folder outside of any repository`,
      ];
    if (above === dirname(above)) return [];
  }
}
