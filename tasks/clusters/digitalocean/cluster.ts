// DigitalOcean Kubernetes, through its API: no doctl needed.
import { join } from 'node:path';
import { dataPath } from '../../lib/paths.ts';
import type { Cluster } from '../../lib/types.ts';

export const digitalocean: Cluster = {
  tools: () => [],
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
