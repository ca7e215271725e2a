// An existing cluster: any kubeconfig context that the profile names.
import { Failure, messageOf } from '../../core/failure.ts';
import { pushImage } from '../../images/registry/push.ts';
import { pushTools } from '../../images/registry/skopeo.ts';
import { isUnreachable } from '../../kube/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Cluster } from '../../steps/cluster.ts';
import type { Step } from '../../steps/types.ts';
import { retiredProblems } from '../retired.ts';
import { contextProblems, contextSource } from './kubeconfig.ts';
import { removeOurs } from './removal.ts';
import { checkRights } from './rights.ts';

const reach = (profile: Profile): Step => {
  const { path, context } = contextSource(profile);
  return {
    title: 'Reach the cluster',
    observes: true,
    run: async ({ kube }, out) => {
      const version = await kube.raw('/version').catch((error: unknown) => {
        if (!isUnreachable(error)) throw error;
        throw new Failure(`context ${context} of ${path}: ${(error as Error).message}`, {
          hint: 'start that cluster, or name another context with --set context.context=NAME',
          cause: error,
        });
      });
      out.line(`${context}: Kubernetes ${String(JSON.parse(version).gitVersion)}`);
    },
  };
};

export const context: Cluster = {
  isGiven: true,
  tools: pushTools,
  preflights: [
    {
      name: 'context',
      title: 'Context of the kubeconfig',
      category: 'Cluster',
      affects: 'every verb that talks to the cluster',
      problems: contextProblems,
    },
    {
      name: 'registry',
      title: 'Registry of images',
      category: 'Image',
      affects: 'build and submit',
      problems: retiredProblems,
    },
  ],
  kubeconfig: contextSource,
  loadBalancers: (profile) => (profile.context.loadBalancers ? {} : undefined),
  status: async ({ profile, kube }) =>
    kube.raw('/readyz').then(
      () => ({ state: 'running', detail: `context ${contextSource(profile).context}`, components: [] }),
      (error: unknown) => ({
        state: 'broken',
        detail: messageOf(error),
        components: [],
      }),
    ),
  up: (profile) => [reach(profile), checkRights(profile)],
  down: removeOurs,
  publish: (profile) => pushImage(profile),
  pullsImages: true,
};
