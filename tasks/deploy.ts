// deploy: a cluster that can run Spark jobs, with a namespace and accounts for them.
import { applyTemplate } from './lib/apply.ts';
import type { Profile } from './lib/schema.ts';
import type { Step, Task } from './lib/types.ts';
import { verifyAccess } from './spark/access.ts';

/** Namespace and rights of Spark jobs, and the proof that they are what they should be. */
export const accessSteps = (profile: Profile): Step[] => [
  applyTemplate(`Make namespace ${profile.namespace}`, 'namespace', profile),
  applyTemplate('Grant access', 'access', profile),
  verifyAccess(profile),
];

export const deploy: Task = {
  bringsUp: true,
  steps: (profile, cluster) => [...cluster.up(profile), ...accessSteps(profile)],
  done: ({ profile, cluster }) => [
    '',
    `Cluster ${profile.clusterName} is ready: KUBECONFIG=${cluster.kubeconfig(profile).path}`,
    `Next: firesteel build${flag(profile)} && firesteel submit pi${flag(profile)}`,
  ],
};

/** The profile as it has to be typed; the default one needs no flag. */
export const flag = (profile: Profile): string => (profile.name === 'local' ? '' : ` --profile ${profile.name}`);
