// Bringing up a cluster at DigitalOcean, in order; one that is there, or on its way, is taken as it is.
import type { Profile } from '../../lib/schema.ts';
import type { SingleStep, Step } from '../../lib/types.ts';
import { openApi } from './api.ts';
import { createCluster, foreignFailure } from './create.ts';
import { fetchCredentials } from './credentials.ts';
import { findClusters } from './find.ts';
import { kubeconfigContent, leadsTo } from './kubeconfig.ts';
import { isUp, waitUntilUp } from './wait.ts';

export const upSteps = (profile: Profile): Step[] => [create(profile), waitForIt(profile), writeKubeconfig(profile)];

const create = (profile: Profile): SingleStep => ({
  title: 'Create the cluster at DigitalOcean',
  skip: async ({ signal }) => {
    const found = await findClusters(openApi(signal), profile);
    if (found.cluster) return `${found.cluster.id} is there: ${found.cluster.status.state}`;
    if (found.foreign.length > 0) throw foreignFailure(found);
    return false;
  },
  run: async (context, out) => createCluster(context, openApi(context.signal), out),
});

const waitForIt = (profile: Profile): SingleStep => ({
  title: 'Wait until it runs',
  observes: true,
  skip: async ({ signal }) => {
    const { cluster } = await findClusters(openApi(signal), profile);
    return cluster !== undefined && isUp(cluster) && 'it runs';
  },
  run: async ({ signal }, out) => void (await waitUntilUp(openApi(signal), profile, out)),
});

const writeKubeconfig = (profile: Profile): SingleStep => ({
  title: 'Write its kubeconfig',
  skip: async ({ signal }) => {
    const { cluster } = await findClusters(openApi(signal), profile);
    return cluster !== undefined && leadsTo(profile, cluster) && 'unchanged';
  },
  run: async ({ signal, write }) => {
    const api = openApi(signal);
    const { cluster } = await findClusters(api, profile);
    // In a dry run there may be none.
    if (!cluster || !isUp(cluster)) return;
    await write([kubeconfigContent(profile, cluster, await fetchCredentials(api, cluster.id))]);
  },
});
