// classroom push: copies files into every student's work folder, and keeps every change of a student.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { broughtFiles } from '../../notebooks/server/files.ts';
import type { LabLink } from '../../notebooks/server/link.ts';
import type { SingleStep } from '../../steps/types.ts';
import { classPath, privateMode } from '../folder.ts';
import type { ClassRun } from '../run.ts';
import { inEachLab } from './each-lab.ts';
import { besideName, type Decision, decide } from './rules.ts';

/** Hashes of what was handed out last, by student and path. */
type Given = Record<string, Record<string, string>>;

const givenPath = (className: string): string => classPath(className, 'given.json');

async function readGiven(className: string): Promise<Given> {
  const path = givenPath(className);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Given) : {};
}

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

async function pushFile(link: LabLink, path: string, content: Buffer, given: string | undefined): Promise<Decision> {
  const decision = decide({ ours: hashOf(content), given, theirs: await link.hashOf(path) });
  if (decision === 'put') await link.put(path, content);
  if (decision === 'beside') await link.put(besideName(path), content);
  return decision;
}

const words: Record<Decision, string> = {
  put: 'new',
  beside: "next to the student's own file",
  kept: "the student's own file stays",
  same: 'unchanged',
};

function shown(decisions: readonly Decision[]): string {
  const count = (decision: Decision) => decisions.filter((one) => one === decision).length;
  return (Object.keys(words) as Decision[])
    .filter((decision) => count(decision) > 0)
    .map((decision) => `${count(decision)} ${words[decision]}`)
    .join(', ');
}

/** Files and folders, as named, in each student's work folder. */
export const pushFiles = (run: ClassRun, paths: readonly string[]): SingleStep => ({
  title: 'Copy the files to the students',
  run: async (context, out) => {
    const { name } = context.profile.classroom;
    const brought = broughtFiles(paths).map(({ to, from }) => ({ to, content: from && readFileSync(from) }));
    const given = await readGiven(name);
    await inEachLab(context, run, out, async (link, student) => {
      const own = { ...given[student] };
      const decisions: Decision[] = [];
      for (const { to, content } of brought) {
        if (content) {
          decisions.push(await pushFile(link, to, content, own[to]));
          own[to] = hashOf(content);
        } else if (!(await link.has(to))) await link.makeFolder(to);
      }
      given[student] = own;
      return shown(decisions);
    });
    await context.write([{ path: givenPath(name), content: JSON.stringify(given), mode: privateMode }]);
  },
});
