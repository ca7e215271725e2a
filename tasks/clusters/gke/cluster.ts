// Google Kubernetes Engine, Standard or Autopilot, through its API: no gcloud needed.
import type { Cluster } from '../../lib/types.ts';
import { removeLoadBalancers } from '../load-balancers.ts';
import { prepareNodeAccount } from './account-step.ts';
import { creationCosts, deletions, runningCosts } from './bill.ts';
import { gkeCapacity } from './capacity.ts';
import { downSteps } from './down.ts';
import { gkeSource, writeKubeconfig } from './kubeconfig.ts';
import { loadBalancerPrice } from './prices.ts';
import { gkeProblems } from './problems.ts';
import { publishSteps } from './publish.ts';
import { waitUntilReady } from './ready.ts';
import { gkeStatus } from './status.ts';
import { createCluster } from './up.ts';

export const gke: Cluster = {
  tools: () => [{ name: 'skopeo', package: 'skopeo', purpose: 'pushes the Spark image' }],
  problems: async (profile) => gkeProblems(profile),
  costs: (context) => creationCosts(context),
  deletes: (context) => deletions(context),
  reminder: (context) => runningCosts(context),
  capacity: gkeCapacity,
  loadBalancers: () => ({ price: loadBalancerPrice() }),
  kubeconfig: gkeSource,
  status: (context) => gkeStatus(context),
  up: (profile) => [
    prepareNodeAccount(profile),
    createCluster(profile),
    writeKubeconfig(profile),
    waitUntilReady(profile),
  ],
  down: (profile) => [removeLoadBalancers, ...downSteps(profile)],
  publish: (profile) => publishSteps(profile),
};
