// deploy: a cluster that can run Spark jobs, with a namespace and accounts for them.
import { dnsSteps } from './dns.ts';
import { applyTemplate } from './lib/apply.ts';
import { usageText } from './lib/failure.ts';
import { serverOf } from './lib/kube-config.ts';
import { withoutPasswords } from './lib/passwords.ts';
import { bareHost, isDirect, isPrivateHost, proxiesOf } from './lib/proxy.ts';
import type { Profile } from './lib/schema.ts';
import type { Cluster, KubeSource, Step, Task } from './lib/types.ts';
import { verifyAccess } from './spark/access.ts';
import { sparkImage } from './spark/image/image.ts';
import { readJob } from './spark/job/job.ts';
import { ensureNamespace } from './spark/namespace.ts';
import { roomOf } from './spark/sizes/capacity.ts';
import { sizesIn } from './spark/sizes/sizes.ts';

/** The cluster, able to take pods. */
export const upSteps = (profile: Profile, cluster: Cluster): Step[] =>
  cluster.up(profile, () => sparkImage(profile).catch(() => undefined));

/** The namespace and rights of Spark jobs, and the proof of those. */
export const accessSteps = (profile: Profile): Step => ({
  title: 'Namespace and access',
  steps: [ensureNamespace(profile), applyTemplate('Grant access', 'access', profile), verifyAccess(profile)],
});

/** Names in the cluster that pods find. */
export const namesSteps = (profile: Profile, cluster: Cluster): Step => ({
  title: 'Cluster DNS',
  steps: [...(cluster.settle?.(profile) ?? []), ...dnsSteps(profile)],
});

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

/** kubectl goes through the proxy of the environment, which firesteel does not. */
async function kubectlNotes(source: KubeSource): Promise<string[]> {
  const proxies = proxiesOf();
  const server = await serverOf(source).catch(() => undefined);
  const host = server && new URL(server).hostname;
  if (!host || !proxies.https || !isPrivateHost(host) || isDirect(host, proxies)) return [];
  const exceptions = [...proxies.direct, bareHost(host)].join(',');
  return [`kubectl would use proxy ${withoutPasswords(proxies.https.href)} for ${host}: export NO_PROXY=${exceptions}`];
}

export const deploy: Task = {
  turns: 'up',
  problems: (profile, _args, cluster) => sizeProblems(profile, cluster),
  steps: (profile, cluster) => [
    ...upSteps(profile, cluster),
    { title: 'Prepare it for jobs', concurrent: true, steps: [namesSteps(profile, cluster), accessSteps(profile)] },
  ],
  done: async ({ profile, cluster, read, state }) => [
    ...(state.dns?.lines ?? []),
    ...((await cluster.notes?.(profile, read)) ?? []),
    ...(await kubectlNotes(cluster.kubeconfig(profile))),
    '',
    `Cluster ${profile.clusterName} is ready: KUBECONFIG=${cluster.kubeconfig(profile).path}`,
    'Next: firesteel build && firesteel submit pi',
  ],
};
