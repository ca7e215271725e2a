// The plan of a verb, or the problems that prevent it.
import type { Plan } from './task.ts';

/** The plan, made only without problems. */
export const planUnless = async (problems: readonly string[], plan: () => Plan | Promise<Plan>): Promise<Plan> =>
  problems.length > 0 ? { problems, steps: [] } : plan();
