// Seeing that a new cluster answers, and that its nodes are ready where it has nodes of its own.
import type { Profile } from '../../lib/schema.ts';
import type { Manifest, SingleStep } from '../../lib/types.ts';
import { until } from '../../lib/wait.ts';

/** Seconds: Google says "running" when the control plane is, and nodes register a little later. */
const readySeconds = 600;

/** Autopilot has nodes only once there are pods. */
export const waitUntilReady = (profile: Profile): SingleStep => ({
  title: profile.gke.mode === 'autopilot' ? 'Wait for its API' : 'Wait for its nodes',
  observes: true,
  run: async ({ kube, signal }, out) => {
    await until({
      for: profile.gke.mode === 'autopilot' ? 'answer of the API' : 'ready nodes',
      seconds: readySeconds,
      everyMs: 1000,
      signal,
      onSeen: out.line,
      hint: 'look at them: firesteel status',
      probe: async () => {
        await kube.raw('/readyz');
        if (profile.gke.mode === 'autopilot') return { done: undefined };
        const nodes = await kube.list({ apiVersion: 'v1', kind: 'Node' });
        const ready = nodes.filter(isReady).length;
        return nodes.length > 0 && ready === nodes.length
          ? { done: undefined }
          : { seen: `${ready} of ${nodes.length} are ready` };
      },
    });
  },
});

function isReady({ status }: Manifest): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
}
