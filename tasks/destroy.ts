// destroy: removes the cluster and everything that firesteel made.
import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { namespacesOfClasses, shownClasses } from './classroom/classes.ts';
import { lookAtServers } from './connect/server.ts';
import { shownAge } from './core/age.ts';
import { counted } from './core/screen/counted.ts';
import { hiddenIfForbidden } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';
import { isOurs } from './kube/render.ts';
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

/** Runs and servers that continue, and claims, a line each; nothing of a cluster that does not answer. */
async function whatEnds(context: Context): Promise<string[]> {
  const { profile, cluster } = context;
  const { state } = await cluster.status(context).catch(() => ({ state: 'broken' }));
  if (state !== 'running') return [];
  // Of a cluster that was there before only our own namespace goes.
  const drivers = await goingDrivers(context, cluster.isGiven ? profile.namespace : undefined).catch(() => []);
  const servers = await lookAtLabs(context).catch(() => []);
  const connects = await lookAtServers(context).catch(() => []);
  const classes = cluster.isGiven ? [] : await shownClasses(context.kube);
  const claims = await lostClaims(context).catch(() => []);
  return [
    ...drivers.map((pod) => `run ${runOf(pod)} in namespace ${pod.metadata.namespace}, ${ageOf(pod)} old`),
    ...servers.map(({ name, kernels = 0 }) => `notebook server ${name}, ${counted(kernels, 'kernel')}`),
    ...connects.map(({ name, sessions = 0 }) => `Connect server ${name}, ${counted(sessions, 'session')}`),
    ...classes.map((one) => `${one}, with all the work in it`),
    ...claims.map(shownClaim),
  ];
}

type Claim = KubeObject<V1PersistentVolumeClaim>;

/** Claims that go: all of a cluster of ours but those of classes, or what `down` removes from the namespace of another. */
async function lostClaims({ kube, cluster, profile: { namespace } }: Context): Promise<Claim[]> {
  // A cloud asks for the name of its cluster, and keeps the disks.
  if (cluster.deletes) return [];
  const all = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  if (!cluster.isGiven) {
    const [claims, classes] = await Promise.all([kube.list(all), namespacesOfClasses(kube)]);
    return (claims as Claim[]).filter(({ metadata }) => !classes.includes(metadata.namespace ?? ''));
  }
  const space = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch(hiddenIfForbidden);
  const isWhole = space && space !== 'hidden' && isOurs(space);
  return ((await kube.list({ ...all, namespace })) as Claim[]).filter((claim) => isWhole || isOurs(claim));
}

const shownClaim = ({ metadata: { name, namespace }, spec }: Claim): string =>
  `claim ${name} in namespace ${namespace} (${spec.resources?.requests?.['storage'] ?? 'unknown size'}), with all that it holds`;

const ageOf = ({ metadata }: { metadata: { creationTimestamp?: string } }): string =>
  shownAge(Date.now() - Date.parse(metadata.creationTimestamp ?? new Date().toISOString()));
