// destroy: removes the cluster and everything that firesteel made.
import { shownClasses } from './classroom/classes.ts';
import { lookAtServers } from './connect/server.ts';
import { shownAge } from './core/age.ts';
import { counted } from './core/screen/counted.ts';
import { lookAtLabs } from './notebooks/server/server.ts';
import { goingDrivers, keepRuns, noteRuns } from './runs/ends.ts';
import { runOf } from './runs/leftovers.ts';
import type { Task } from './steps/task.ts';
import type { Context } from './steps/types.ts';

export const destroy: Task = {
  cluster: 'remove',
  plan: ({ context: { profile, cluster } }) => ({
    questions: async (context) => ({ ends: await whatEnds(context) }),
    steps: [keepRuns, ...cluster.down(profile), noteRuns],
    done: async (context) => {
      const { state, detail } = await cluster.status(context);
      if (state === 'absent') return ['', `Cluster ${profile.clusterName} is gone.`];
      const classes = state === 'running' ? await shownClasses(context.kube) : [];
      return [
        '',
        `What firesteel made is gone; cluster ${profile.clusterName} stays: ${state} (${detail}).`,
        ...classes.map((one) => `The ${one} stays, with all the work in it. To remove it: firesteel classroom destroy`),
      ];
    },
  }),
};

/** Runs and servers that continue, a line each; nothing of a cluster that does not answer. */
async function whatEnds(context: Context): Promise<string[]> {
  const { profile, cluster } = context;
  const { state } = await cluster.status(context).catch(() => ({ state: 'broken' }));
  if (state !== 'running') return [];
  // Of a cluster that was there before only our own namespace goes.
  const drivers = await goingDrivers(context, cluster.isGiven ? profile.namespace : undefined).catch(() => []);
  const servers = await lookAtLabs(context).catch(() => []);
  const connects = await lookAtServers(context).catch(() => []);
  const classes = cluster.isGiven ? [] : await shownClasses(context.kube);
  return [
    ...drivers.map((pod) => `run ${runOf(pod)} in namespace ${pod.metadata.namespace}, ${ageOf(pod)} old`),
    ...servers.map(({ name, kernels = 0 }) => `notebook server ${name}, ${counted(kernels, 'kernel')}`),
    ...connects.map(({ name, sessions = 0 }) => `Connect server ${name}, ${counted(sessions, 'session')}`),
    ...classes.map((one) => `${one}, with all the work in it`),
  ];
}

const ageOf = ({ metadata }: { metadata: { creationTimestamp?: string } }): string =>
  shownAge(Date.now() - Date.parse(metadata.creationTimestamp ?? new Date().toISOString()));
