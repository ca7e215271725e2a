// The state and the running cost of the cluster at DigitalOcean.
import type { ClusterStatus } from '../../steps/cluster.ts';
import type { Context } from '../../steps/types.ts';
import { accountProblems, hasToken } from './account.ts';
import type { DoCluster } from './answers.ts';
import { type Api, openApi } from './api.ts';
import { ourClusters } from './down.ts';
import { findClusters } from './find.ts';
import { leadsTo } from './kubeconfig.ts';
import { associatedWith, leftoverLine, remainingLeftovers } from './leftovers.ts';
import { listSizes, quoteCluster, quoteLines, shownPrice } from './quote.ts';
import { missingRegistry, registryLine } from './registry.ts';
import { isUp, seenOf } from './wait.ts';

const seen = (state: ClusterStatus['state'], detail: string, components: ClusterStatus['components'] = []) => ({
  state,
  detail,
  components,
});

const nodesOf = ({ node_pools }: DoCluster): ClusterStatus['components'] =>
  node_pools
    .flatMap(({ nodes }) => nodes ?? [])
    .map(({ name, status }) => ({
      node: name,
      name: 'droplet',
      state: status.state === 'running' ? 'running' : status.state === 'deleting' ? 'stopped' : 'restarting',
      restarts: 0,
      ...(status.message ? { lastError: status.message } : {}),
    }));

/** Always returns a status, even without a token or a way to DigitalOcean. */
export async function digitalOceanStatus({ profile, signal }: Context): Promise<ClusterStatus> {
  const [problem] = accountProblems();
  if (problem) return seen('absent', problem);
  try {
    const { cluster, foreign, leaving } = await findClusters(openApi(signal), profile);
    if (!cluster) {
      if (leaving.length > 0) return seen('broken', 'being deleted');
      return seen(
        'absent',
        foreign.length > 0
          ? 'the account has a cluster of this name that firesteel did not make'
          : 'the account has no such cluster',
      );
    }
    const what = `${seenOf(cluster)}, ${cluster.region}, Kubernetes ${cluster.version}`;
    if (!isUp(cluster)) return seen('broken', what, nodesOf(cluster));
    if (!leadsTo(profile, cluster))
      return seen(
        'broken',
        `${what}, but the kubeconfig does not lead to it; deploy writes a new one`,
        nodesOf(cluster),
      );
    return seen('running', what, nodesOf(cluster));
  } catch (error) {
    if (signal.aborted) throw error;
    return seen('broken', (error as Error).message);
  }
}

/** What `up` would create. */
export async function creationCosts({ profile, signal }: Context): Promise<string[]> {
  const api = openApi(signal);
  const [{ cluster, foreign }, registry] = await Promise.all([
    findClusters(api, profile),
    missingRegistry(api, profile),
  ]);
  // Of a foreign one `up` itself speaks.
  if (foreign.length > 0 && !cluster) return [];
  return [
    ...(cluster ? [] : quoteLines(await quoteCluster(api, profile))),
    ...(registry === undefined ? [] : [await registryLine(api, registry)]),
  ];
}

/** What `down` would delete, and what would stay. */
export async function deletions({ profile, signal }: Context): Promise<string[]> {
  const api = openApi(signal);
  const clusters = await ourClusters(api, profile);
  const left = (await Promise.all(clusters.map((cluster) => associatedWith(api, cluster)))).flat();
  return [
    ...clusters.map((cluster) => `cluster ${cluster.name} at DigitalOcean (${cluster.id}): ${seenOf(cluster)}`),
    ...left.map(leftoverLine),
  ];
}

/** What still costs money: clusters of this name, and what deleted ones left. */
export async function runningCosts({ profile, signal }: Context): Promise<string[]> {
  if (!hasToken()) return [];
  const api = openApi(signal);
  const [clusters, leftovers] = await Promise.all([ourClusters(api, profile), remainingLeftovers(api, profile)]);
  return [...(clusters.length > 0 ? await priceLines(api, clusters) : []), ...leftovers.map(leftoverLine)];
}

async function priceLines(api: Api, clusters: DoCluster[]): Promise<string[]> {
  const sizes = await listSizes(api).catch(() => []);
  const lines = clusters.flatMap(({ id, name, status, node_pools }) =>
    node_pools.map((pool) => {
      const size = sizes.find(({ slug }) => slug === pool.size);
      const price = size ? `, ${shownPrice(size, pool.count)}` : '';
      return `Cluster ${name} at DigitalOcean (${id}) is ${status.state}: ${pool.count} × ${pool.size}${price}.`;
    }),
  );
  return [...lines, 'End it with: firesteel destroy'];
}
