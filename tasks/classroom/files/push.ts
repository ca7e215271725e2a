// classroom push: copies files into every student's work folder, and keeps every change of a student.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { broughtFiles } from '../../notebooks/server/files.ts';
import type { LabLink } from '../../notebooks/server/link.ts';
import type { SingleStep } from '../../steps/types.ts';
import type { ClassRun } from '../run.ts';
import { inEachLab } from './each-lab.ts';
import { type Given, givenTo } from './given.ts';
import { besideName, type Decision, decide } from './rules.ts';

type Files = Pick<LabLink, 'hashOf' | 'put'>;

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Names next to a file that are tried. */
const mostBeside = 50;

/** Next to the student's own file, at the first name without a student's work. */
async function putBeside(link: Files, path: string, content: Buffer, given: Given): Promise<void> {
  const ours = hashOf(content);
  for (let number = 1; number <= mostBeside; number++) {
    const name = besideName(path, number);
    const decision = decide({ ours, given: given.of(name), theirs: await link.hashOf(name) });
    if (decision === 'same') return;
    if (decision !== 'put') continue;
    await given.begins(name, ours);
    await link.put(name, content);
    return given.arrived(name, ours);
  }
  throw new Failure(`${besideName(path, 1)} and the next ${mostBeside - 1} names hold work of the student`, {
    hint: 'push the file under another name',
  });
}

/** Brings one file to a student. It notes a version before it writes it: what a killed push wrote is no student's work. */
export async function pushFile(link: Files, path: string, content: Buffer, given: Given): Promise<Decision> {
  const ours = hashOf(content);
  const decision = decide({ ours, given: given.of(path), theirs: await link.hashOf(path) });
  if (decision === 'put') {
    await given.begins(path, ours);
    await link.put(path, content);
  }
  if (decision === 'beside') await putBeside(link, path, content, given);
  await given.arrived(path, ours);
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
    await inEachLab(context, run, out, async (link, student) => {
      const given = await givenTo(name, student, context);
      const decisions: Decision[] = [];
      for (const { to, content } of brought)
        if (content) decisions.push(await pushFile(link, to, content, given));
        else if (!(await link.has(to))) await link.makeFolder(to);
      return shown(decisions);
    });
  },
});
