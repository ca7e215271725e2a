// Waits until a new cluster answers and its nodes are ready.
import type { V1Node } from '@kubernetes/client-node';
import { until } from '../../core/wait.ts';
import { mayPass } from '../../kube/failure.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Profile } from '../../profile/schema.ts';
import type { SingleStep } from '../../steps/types.ts';

/** Seconds: Google says "running" when the control plane is, and nodes register a little later. */
const readySeconds = 300;

/** Autopilot has nodes only once there are pods. */
export const waitUntilReady = (profile: Profile): SingleStep => ({
  title: profile.gke.mode === 'autopilot' ? 'Wait for the API server' : 'Wait for the nodes',
  observes: true,
  run: async ({ kube, signal }, out) => {
    await until({
      for: profile.gke.mode === 'autopilot' ? 'answer of the API' : 'ready nodes',
      seconds: readySeconds,
      everyMs: 1000,
      signal,
      onSeen: out.line,
      hint: 'check that gke.authorizedNetworks includes this machine, then check the cluster: firesteel status',
      probe: async () => {
        try {
          await kube.raw('/readyz');
          if (profile.gke.mode === 'autopilot') return { done: undefined };
          const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as KubeObject<V1Node>[];
          const ready = nodes.filter(isReady).length;
          return nodes.length > 0 && ready === nodes.length
            ? { done: undefined }
            : { seen: `${ready} of ${nodes.length} are ready` };
        } catch (error) {
          if (signal.aborted || !mayPass(error)) throw error;
          return { seen: (error as Error).message };
        }
      },
    });
  },
});

const isReady = ({ status }: KubeObject<V1Node>): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
