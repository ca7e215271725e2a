// A context that looks and changes for real, where a test needs no profile and no cluster of it.
import { createContext } from '../tasks/lib/context.ts';
import type { Profile } from '../tasks/lib/schema.ts';
import type { Cluster, Context } from '../tasks/lib/types.ts';

/** With `own` in place of what it would have. */
export const plainContext = (own: Partial<Context> = {}): Context => ({
  ...createContext({} as Profile, {} as Cluster, own.signal ?? new AbortController().signal),
  ...own,
});
