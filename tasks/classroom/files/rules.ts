// Decides what happens to a file that the teacher pushes again; no change of a student is lost. Pure.
// After the rules of https://nbgitpuller.readthedocs.io/en/latest/topic/automatic-merging.html, by hashes in place of git.
import { extname } from 'node:path';

/** Hashes of one file: what the teacher has now and handed out last, and what the student has. */
export interface Versions {
  ours: string;
  /** Undefined if it was never handed out. */
  given: string | undefined;
  /** Undefined if it is not there. */
  theirs: string | undefined;
}

/** What is done: nothing, put in place, or put beside the student's own. */
export type Decision = 'same' | 'put' | 'beside' | 'kept';

export function decide({ ours, given, theirs }: Versions): Decision {
  // Who removes a file gets it back fresh: that is the way to start over.
  if (theirs === undefined) return 'put';
  if (theirs === ours) return 'same';
  if (theirs === given) return 'put';
  // The teacher has nothing new for a file that the student works on.
  if (ours === given) return 'kept';
  return 'beside';
}

/** `lesson.ipynb` becomes `lesson.TEACHER.ipynb`. */
export function besideName(path: string): string {
  const end = extname(path);
  return `${path.slice(0, path.length - end.length)}.TEACHER${end}`;
}
