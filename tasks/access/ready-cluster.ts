// The steps that make a cluster ready for Spark jobs: namespace, rights and DNS.
import { dnsSteps } from '../coredns/deploy-steps.ts';
import { sparkImage } from '../images/image.ts';
import type { Profile } from '../profile/schema.ts';
import { applyTemplate } from '../steps/apply.ts';
import type { Cluster } from '../steps/cluster.ts';
import type { Step } from '../steps/types.ts';
import { ensureNamespace } from './namespace.ts';
import { verifyAccess } from './rights.ts';

/** The cluster, able to take pods. */
export const upSteps = (profile: Profile, cluster: Cluster): Step[] =>
  cluster.up(profile, () => sparkImage(profile).catch(() => undefined));

/** The namespace and rights of Spark jobs, and the proof of those. */
export const accessSteps = (profile: Profile): Step => ({
  title: 'Set up namespace and access',
  steps: [ensureNamespace(profile), applyTemplate('Grant access', 'access', profile), verifyAccess(profile)],
});

/** Names in the cluster that pods find. */
export const namesSteps = (profile: Profile, cluster: Cluster): Step => ({
  title: 'Check cluster DNS',
  steps: [...(cluster.settle?.(profile) ?? []), ...dnsSteps(profile)],
});
