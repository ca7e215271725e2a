// Google Kubernetes Engine, Standard or Autopilot, through its API: no gcloud needed.
import type { Profile } from '../../profile/schema.ts';
import type { Capacity, Cluster } from '../../steps/cluster.ts';
import { removeLoadBalancers } from '../load-balancers.ts';
import { nameCheck } from '../namesakes.ts';
import { prepareNodeAccount } from './accounts.ts';
import { downSteps } from './down.ts';
import { gkeSource, writeKubeconfig } from './kubeconfig.ts';
import { allocatable, machineOf } from './machines.ts';
import { zonesOf } from './names.ts';
import { creationCosts, deletions, loadBalancerPrice, runningCosts } from './prices.ts';
import { gkeProblems } from './problems.ts';
import { publishSteps } from './publish.ts';
import { waitUntilReady } from './ready.ts';
import { gkeStatus } from './status.ts';
import { createCluster } from './up.ts';

export const gke: Cluster = {
  tiesVolumesToNodes: true,
  tools: () => [{ name: 'skopeo', package: 'skopeo', purpose: 'pushes the Spark image' }],
  preflights: [
    {
      name: 'request',
      title: 'Settings of gke',
      category: 'Cluster',
      affects: 'deploy and every verb that talks to Google Cloud',
      problems: gkeProblems,
    },
    nameCheck,
  ],
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
  pullsImages: true,
};

/** Of all its nodes; undefined for Autopilot, which adds nodes as pods come, and for machine types we do not know. */
export function gkeCapacity({ gke }: Profile): Capacity | undefined {
  const machine = machineOf(gke.machineType);
  if (gke.mode === 'autopilot' || !machine) return undefined;
  return {
    nodes: gke.nodes * zonesOf(gke.location),
    ...allocatable(machine),
    keys: 'gke.nodes or gke.machineType',
  };
}
