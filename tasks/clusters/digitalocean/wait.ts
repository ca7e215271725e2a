// Waits until a cluster at DigitalOcean runs or is deleted; the next run can continue the wait.
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Output } from '../../steps/types.ts';
import type { DoCluster } from './answers.ts';
import type { Api } from './api.ts';
import { findClusters } from './find.ts';

/** DigitalOcean's own clients wait that long at most, in seconds; usually it is five minutes. */
const createSeconds = 1800;
const deleteSeconds = 900;
const everyMs = 1500;
/** How long a new cluster may take to get into the list, in milliseconds. */
const listedMs = 60_000;

/** What is seen of a cluster: `provisioning, 1 of 3 nodes`. */
export function seenOf({ status, node_pools }: DoCluster): string {
  const nodes = node_pools.flatMap(({ nodes }) => nodes ?? []);
  const count = node_pools.reduce((sum, pool) => sum + pool.count, 0);
  const ready = nodes.filter((node) => node.status.state === 'running').length;
  const message = status.message && status.message !== status.state ? ` (${status.message})` : '';
  return `${status.state}${message}, ${ready} of ${count} nodes`;
}

/** While DigitalOcean renews its nodes one after the other, it continues working. */
export const isUp = ({ status }: DoCluster): boolean => status.state === 'running' || status.state === 'upgrading';

/** Waits until the profile's cluster runs. Throws Failure if it never will. */
export function waitUntilUp(api: Api, profile: Profile, out: Output): Promise<DoCluster> {
  let lastThere = performance.now();
  return until<DoCluster>({
    for: `running cluster ${profile.clusterName}`,
    seconds: createSeconds,
    everyMs,
    signal: api.signal,
    onSeen: out.line,
    hint: 'run the command again to keep waiting, or cancel the creation: firesteel destroy',
    probe: async () => {
      const { cluster } = await findClusters(api, profile);
      if (!cluster) {
        if (performance.now() - lastThere < listedMs) return { seen: 'not in the list of clusters yet' };
        throw new Failure(`cluster ${profile.clusterName} is gone: someone deleted it while it was being created`, {
          hint: 'run the command again to create a new cluster',
        });
      }
      lastThere = performance.now();
      if (cluster.status.state === 'error')
        throw new Failure(
          `DigitalOcean could not create cluster ${cluster.name}: ${cluster.status.message ?? 'no reason given'}`,
          {
            hint: 'delete the cluster: firesteel destroy; then deploy with another digitalocean.size or digitalocean.region',
          },
        );
      return isUp(cluster) ? { done: cluster } : { seen: seenOf(cluster) };
    },
  });
}

/** Waits until none of these is there any more. */
export const waitUntilGone = (api: Api, profile: Profile, out: Output): Promise<true> =>
  until<true>({
    for: `end of cluster ${profile.clusterName}`,
    seconds: deleteSeconds,
    everyMs,
    signal: api.signal,
    onSeen: out.line,
    hint: 'run the command again to keep waiting',
    probe: async () => {
      const { cluster, others, leaving } = await findClusters(api, profile);
      const left = [...(cluster ? [cluster] : []), ...others, ...leaving];
      return left.length === 0
        ? { done: true }
        : { seen: left.map(({ id, status }) => `${id}: ${status.state}`).join(', ') };
    },
  });
