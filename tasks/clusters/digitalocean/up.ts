// Creates a cluster at DigitalOcean, or uses the one that exists or is being created.
import type { Profile } from '../../profile/schema.ts';
import type { SingleStep, Step } from '../../steps/types.ts';
import { otherSettings } from '../made-with.ts';
import { openApi } from './api.ts';
import { createCluster, foreignFailure } from './create.ts';
import { fetchCredentials } from './credentials.ts';
import { findClusters } from './find.ts';
import { kubeconfigContent, leadsTo } from './kubeconfig.ts';
import { findRegistry, isOwnRegistry, missingRegistry, registryRequest } from './registry.ts';
import { requestedSettings } from './request.ts';
import { isUp, waitUntilUp } from './wait.ts';

export const upSteps = (profile: Profile): Step[] => [
  makeRegistry(profile),
  create(profile),
  waitForIt(profile),
  writeKubeconfig(profile),
];

/** First of all, because a name that others have is refused here. */
const makeRegistry = (profile: Profile): SingleStep => ({
  title: 'Make the container registry',
  skip: async ({ signal }) => {
    if (!isOwnRegistry(profile)) return `images go to ${profile.image.repository}`;
    const { name, isThere } = await findRegistry(openApi(signal), profile);
    return isThere && `registry ${name} exists`;
  },
  run: async ({ signal, change }, out) => {
    const api = openApi(signal);
    const name = await missingRegistry(api, profile);
    if (name === undefined) return;
    const request = registryRequest(name);
    await change({ action: 'create', name: `POST /v2/registries ${JSON.stringify(request)}` }, () =>
      api.post(`make container registry ${name}`, '/registries', request),
    );
    out.line(name);
  },
});

const create = (profile: Profile): SingleStep => ({
  title: 'Create the cluster at DigitalOcean',
  skip: async ({ signal }) => {
    const found = await findClusters(openApi(signal), profile);
    if (found.cluster) {
      const { id, status } = found.cluster;
      return `cluster ${id} exists: ${status.state}${otherSettings(requestedSettings(profile, found.cluster))}`;
    }
    if (found.foreign.length > 0) throw foreignFailure(found);
    return false;
  },
  run: async (context, out) => createCluster(context, openApi(context.signal), out),
});

const waitForIt = (profile: Profile): SingleStep => ({
  title: 'Wait for the cluster at DigitalOcean',
  observes: true,
  skip: async ({ signal }) => {
    const { cluster } = await findClusters(openApi(signal), profile);
    return cluster !== undefined && isUp(cluster) && 'the cluster is running';
  },
  run: async ({ signal }, out) => void (await waitUntilUp(openApi(signal), profile, out)),
});

const writeKubeconfig = (profile: Profile): SingleStep => ({
  title: 'Write the kubeconfig',
  skip: async ({ signal }) => {
    const { cluster } = await findClusters(openApi(signal), profile);
    return cluster !== undefined && leadsTo(profile, cluster) && 'up to date';
  },
  run: async ({ signal, write }) => {
    const api = openApi(signal);
    const { cluster } = await findClusters(api, profile);
    // In a dry run there may be none.
    if (!cluster || !isUp(cluster)) return;
    await write([kubeconfigContent(profile, cluster, await fetchCredentials(api, cluster.id))]);
  },
});
