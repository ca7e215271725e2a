// Decides what happens to a file that the teacher pushes again; no change of a student is lost. Pure.
// After the rules of https://nbgitpuller.readthedocs.io/en/latest/topic/automatic-merging.html, by hashes in place of git.
import { extname } from 'node:path';

/** Hashes of what a student got of one file. */
export interface Handed {
  /** Every version that a push was about to write: one that was killed may not have written it. */
  all: readonly string[];
  /** The last version that certainly reached the student, in place or beside the student's own. */
  last?: string | undefined;
}

/** Hashes of one file: what the teacher has now and has handed out, and what the student has. */
export interface Versions {
  ours: string;
  given: Handed;
  /** Undefined if it is not there. */
  theirs: string | undefined;
}

/** What is done: nothing, put in place, or put beside the student's own. */
export type Decision = 'same' | 'put' | 'beside' | 'kept';

export function decide({ ours, given, theirs }: Versions): Decision {
  // Who removes a file gets it back fresh: that is the way to start over.
  if (theirs === undefined) return 'put';
  if (theirs === ours) return 'same';
  if (given.all.includes(theirs)) return 'put';
  // The teacher has nothing new for a file that the student works on.
  if (ours === given.last) return 'kept';
  return 'beside';
}

/** `lesson.ipynb` becomes `lesson.TEACHER.ipynb`, then `lesson.TEACHER-2.ipynb`. */
export function besideName(path: string, number: number): string {
  const end = extname(path);
  const mark = number === 1 ? 'TEACHER' : `TEACHER-${number}`;
  return `${path.slice(0, path.length - end.length)}.${mark}${end}`;
}
