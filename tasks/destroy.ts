// destroy: the only undo.
import type { Task } from './lib/types.ts';

export const destroy: Task = {
  asIs: true,
  turns: 'down',
  steps: (profile, cluster) => cluster.down(profile),
  done: async (context) => {
    const { profile, cluster } = context;
    const { state, detail } = await cluster.status(context);
    return [
      '',
      state === 'absent'
        ? `Cluster ${profile.clusterName} is gone.`
        : `What firesteel made is gone; cluster ${profile.clusterName} stays: ${state} (${detail}).`,
    ];
  },
};
