// destroy: the only undo.
import type { Task } from './lib/types.ts';

export const destroy: Task = {
  asIs: true,
  turns: 'down',
  steps: (profile, cluster) => cluster.down(profile),
  done: ({ profile }) => ['', `Cluster ${profile.clusterName} is gone.`],
};
