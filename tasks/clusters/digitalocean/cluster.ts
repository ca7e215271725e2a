// DigitalOcean Kubernetes, through its API: no doctl needed.
import type { Profile } from '../../profile/schema.ts';
import type { Capacity, Cluster } from '../../steps/cluster.ts';
import { nameCheck } from '../namesakes.ts';
import { accountProblems } from './account.ts';
import { downSteps } from './down.ts';
import { kubeconfigSource } from './kubeconfig.ts';
import { publishSteps } from './publish.ts';
import { loadBalancerPrice } from './quote.ts';
import { creationCosts, deletions, digitalOceanStatus, runningCosts } from './status.ts';
import { upSteps } from './up.ts';

export const digitalocean: Cluster = {
  tiesVolumesToNodes: true,
  tools: () => [{ name: 'skopeo', package: 'skopeo', purpose: 'pushes the Spark image' }],
  preflights: [
    {
      name: 'account',
      title: 'Account at DigitalOcean',
      category: 'Rights',
      affects: 'every verb that talks to DigitalOcean',
      problems: () => accountProblems(),
    },
    nameCheck,
  ],
  costs: creationCosts,
  deletes: deletions,
  reminder: runningCosts,
  capacity: digitalOceanCapacity,
  loadBalancers: () => ({ price: loadBalancerPrice() }),
  kubeconfig: kubeconfigSource,
  status: digitalOceanStatus,
  up: upSteps,
  down: downSteps,
  publish: publishSteps,
  pullsImages: true,
};

/** Of s-2vcpu-4gb the size says it; of c-2 and others only the price list would. */
export function digitalOceanCapacity({ digitalocean }: Profile): Capacity | undefined {
  const { size, nodes } = digitalocean;
  const [, cpus, gigabytes] = /(\d+)vcpu-(\d+)gb/.exec(size) ?? [];
  if (!cpus || !gigabytes) return undefined;
  return {
    nodes,
    cores: Number(cpus),
    mebibytes: Number(gigabytes) * 1024,
    keys: 'digitalocean.size and digitalocean.nodes',
  };
}
