// deploy: a cluster that can run Spark jobs, with a namespace and accounts for them.
import { dnsSteps } from './dns.ts';
import { applyTemplate } from './lib/apply.ts';
import { usageText } from './lib/failure.ts';
import type { Profile } from './lib/schema.ts';
import type { Cluster, Step, Task } from './lib/types.ts';
import { verifyAccess } from './spark/access.ts';
import { sparkImage } from './spark/image/image.ts';
import { readJob } from './spark/job/job.ts';
import { ensureNamespace } from './spark/namespace.ts';
import { roomOf } from './spark/sizes/capacity.ts';
import { sizesIn } from './spark/sizes/sizes.ts';

/** The cluster, names in it that are found, the namespace and rights of Spark jobs, and the proof of those. */
export const clusterSteps = (profile: Profile, cluster: Cluster): Step[] => [
  ...cluster.up(profile, () => sparkImage(profile).catch(() => undefined)),
  ...dnsSteps(profile, cluster),
  ensureNamespace(profile),
  applyTemplate('Grant access', 'access', profile),
  verifyAccess(profile),
];

/** The least a cluster is for. */
const leastJob = 'pi';

/** Why the cluster would be too small for any job, before it is made. */
export async function sizeProblems(profile: Profile, cluster: Cluster): Promise<string[]> {
  const capacity = cluster.capacity?.(profile);
  if (!capacity) return [];
  try {
    sizesIn(readJob([leastJob]), profile, roomOf(capacity), capacity.keys);
    return [];
  } catch (error) {
    return [usageText(error)];
  }
}

export const deploy: Task = {
  turns: 'up',
  problems: (profile, _args, cluster) => sizeProblems(profile, cluster),
  steps: clusterSteps,
  done: ({ profile, cluster, state }) => [
    ...(state.dns?.lines ?? []),
    '',
    `Cluster ${profile.clusterName} is ready: KUBECONFIG=${cluster.kubeconfig(profile).path}`,
    'Next: firesteel build && firesteel submit pi',
  ],
};
