// Runs a job's own program that checks its arguments, before anything starts.
import type { Exec } from '../core/types.ts';
import type { JobPlan } from './plan.ts';

/** What is wrong with a job's arguments by its `check`, a line each. Without Python here only the job itself can tell. */
export async function checkProblems({ job, typed }: JobPlan, read: Exec): Promise<string[]> {
  if (!job.check || !(await hasPython(read))) return [];
  const printed = await read(['python3', '-B', job.check, ...typed]);
  return printed
    .split('\n')
    .filter(Boolean)
    .map((problem) => `job ${job.name}: ${problem}`);
}

const hasPython = (read: Exec): Promise<boolean> =>
  read(['python3', '--version']).then(
    () => true,
    () => false,
  );
