// DigitalOcean Kubernetes, through its API: no doctl needed.
import type { Cluster } from '../../lib/types.ts';
import { accountProblems } from './account.ts';
import { digitalOceanCapacity } from './capacity.ts';
import { downSteps } from './down.ts';
import { kubeconfigSource } from './kubeconfig.ts';
import { loadBalancerPrice } from './plan.ts';
import { publishSteps } from './publish.ts';
import { creationCosts, deletions, digitalOceanStatus, runningCosts } from './status.ts';
import { upSteps } from './up.ts';

export const digitalocean: Cluster = {
  tools: () => [{ name: 'skopeo', package: 'skopeo', purpose: 'pushes the Spark image' }],
  problems: async () => accountProblems(),
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
};
