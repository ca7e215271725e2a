// What a verb plans for a command line, without the command line.
import { clusters } from '../tasks/clusters/index.ts';
import type { Profile } from '../tasks/profile/schema.ts';
import type { Plan, Task } from '../tasks/steps/task.ts';
import type { Context } from '../tasks/steps/types.ts';
import { plainContext } from './plain-context.ts';

/** Nothing is asked of this machine: every command answers nothing. */
export const planFor = async (task: Task, profile: Profile, words: readonly string[] = []): Promise<Plan> =>
  planIn(task, plainContext({ profile, cluster: clusters[profile.cluster], read: async () => '' }), words);

export const planIn = async (task: Task, context: Context, words: readonly string[] = []): Promise<Plan> =>
  task.plan({ context, words, isDryRun: false });
