// kind: Kubernetes nodes as Docker containers.
import { join } from 'node:path';
import { dataPath } from '../lib/paths.ts';
import type { Cluster } from '../lib/types.ts';

export const kind: Cluster = {
  tools: () => [{ name: 'kind', purpose: 'makes the cluster' }],
  problems: async () => [],
  kubeconfig: (profile) => ({
    path: join(dataPath('clusters', profile.clusterName), 'kubeconfig'),
    context: profile.clusterName,
  }),
  status: async () => ({ state: 'absent', detail: 'nothing yet', components: [] }),
  up: () => [],
  down: () => [],
  publish: () => [],
};
