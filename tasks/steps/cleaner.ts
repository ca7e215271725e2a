// Removes what a test in the cluster made, after Ctrl-C as well.
import { connectKube } from '../kube/client.ts';
import type { Kube } from '../kube/types.ts';
import type { Context } from './types.ts';

export type Cleaner = Pick<Kube, 'remove'>;

/** How long a removal may take after Ctrl-C. Milliseconds. */
const cleaningMs = 60_000;

/** The client of a run ends with the run; from then on another one removes, with a deadline for each object. */
export const cleanerOf = ({
  kube,
  cluster,
  profile,
  signal,
}: Pick<Context, 'kube' | 'cluster' | 'profile' | 'signal'>): Cleaner => ({
  remove: async (ref) => {
    try {
      if (!signal.aborted) return await kube.remove(ref);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await connectKube(() => cluster.kubeconfig(profile), AbortSignal.timeout(cleaningMs)).remove(ref);
  },
});
