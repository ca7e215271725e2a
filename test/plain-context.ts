// A context that looks and changes for real, where a test needs no profile and no cluster of it.
import type { Profile } from '../tasks/profile/schema.ts';
import type { Cluster } from '../tasks/steps/cluster.ts';
import { createContext } from '../tasks/steps/context.ts';
import type { Context } from '../tasks/steps/types.ts';

/** With `own` in place of what it would have. */
export const plainContext = (own: Partial<Context> = {}): Context => ({
  ...createContext({} as Profile, {} as Cluster, own.signal ?? new AbortController().signal),
  ...own,
});
