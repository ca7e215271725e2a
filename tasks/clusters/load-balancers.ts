// Removes the load balancers of our Services before their cluster, because they would go on costing money.
import { ourSelector } from '../kube/render.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { SingleStep } from '../steps/types.ts';

/** Until a cloud has ended a load balancer, in seconds: most take one to three minutes. */
export const balancerEndSeconds = 600;

async function balancedServices(kube: Kube): Promise<Manifest[]> {
  const services = await kube.list({ apiVersion: 'v1', kind: 'Service', labelSelector: ourSelector });
  return services.filter(({ spec }) => (spec as { type?: string } | undefined)?.type === 'LoadBalancer');
}

/** Each Service goes once its load balancer is gone: https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#garbage-collecting-load-balancers */
export const removeLoadBalancers: SingleStep = {
  title: 'Remove load balancers',
  skip: async ({ kube, signal }) => {
    const found = await balancedServices(kube).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return undefined;
    });
    return found === undefined ? 'unknown: the cluster does not answer' : found.length === 0 && 'none';
  },
  run: async ({ kube }, out) => {
    for (const { apiVersion, kind, metadata } of await balancedServices(kube)) {
      out.line(`load balancer of service ${metadata.namespace}/${metadata.name}`);
      await kube.remove({ apiVersion, kind, ...metadata }, balancerEndSeconds);
    }
  },
};
