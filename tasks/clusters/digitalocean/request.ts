// Makes the request for a new cluster, from the profile and DigitalOcean's options. Pure.
import { didYouMean } from '../../core/nearest.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Setting } from '../made-with.ts';
import type { DoCluster, DoOptions, DoSize } from './answers.ts';
import { ourTag } from './find.ts';

/** Body of POST /v2/kubernetes/clusters: https://docs.digitalocean.com/reference/api/#operation/kubernetes_create_cluster */
export interface CreateRequest {
  name: string;
  region: string;
  version: string;
  tags: string[];
  ha: boolean;
  auto_upgrade: boolean;
  surge_upgrade: boolean;
  maintenance_policy: { day: string; start_time: string };
  node_pools: { name: string; size: string; count: number; tags: string[]; labels: Record<string, string> }[];
}

/** The numbers of a slug such as 1.34.1-do.0, in their order. */
const numbers = (slug: string): number[] => (slug.match(/\d+/g) ?? []).map(Number);

function byNumbers(a: string, b: string): number {
  const [x, y] = [numbers(a), numbers(b)];
  const place = x.findIndex((number, i) => number !== y[i]);
  return place < 0 ? 0 : (x[place] ?? 0) - (y[place] ?? 0);
}

/** The newest slug of those offered that a version of the profile means; undefined if none does. */
export function chooseVersion(wanted: string, slugs: readonly string[]): string | undefined {
  const meant = slugs.filter((slug) => wanted === 'latest' || slug === wanted || slug.startsWith(`${wanted}.`));
  return meant.sort(byNumbers).at(-1);
}

/** Name of a cluster's only node pool. */
const nodePool = (clusterName: string): string => `${clusterName}-nodes`;

const slugsOf = (rows: readonly { slug: string }[]): string[] => rows.map(({ slug }) => slug);

/** What of the profile DigitalOcean does not offer, a line each. */
export function requestProblems({ digitalocean }: Profile, options: DoOptions, sizes: readonly DoSize[]): string[] {
  const { region, size, version } = digitalocean;
  const regions = slugsOf(options.regions);
  const clusterSizes = slugsOf(options.sizes);
  const versions = slugsOf(options.versions);
  const about = sizes.find(({ slug }) => slug === size);
  const isKnown = regions.includes(region) && clusterSizes.includes(size);
  return [
    ...(regions.includes(region)
      ? []
      : [
          `digitalocean.region ${region}: no Kubernetes there${didYouMean(region, regions)} (available in ${regions.sort().join(', ')})`,
        ]),
    ...(clusterSizes.includes(size)
      ? []
      : [`digitalocean.size ${size}: no such node size${didYouMean(size, clusterSizes)}${cheapest(sizes, region)}`]),
    ...(isKnown && about && !(about.available && about.regions.includes(region))
      ? [`digitalocean.size ${size} is not available in ${region}${elsewhere(about)}${cheapest(sizes, region)}`]
      : []),
    ...(chooseVersion(version, versions)
      ? []
      : [
          `digitalocean.version ${version}: not offered${didYouMean(version, versions)} (offered: ${versions.sort(byNumbers).join(', ')})`,
        ]),
  ];
}

const elsewhere = ({ available, regions }: DoSize): string =>
  available && regions.length > 0 ? `, but in ${[...regions].sort().join(', ')}` : ' now';

/** The least that has room for a driver and an executor beside what a node keeps for itself. */
function cheapest(sizes: readonly DoSize[], region: string): string {
  const [best] = sizes
    .filter(
      ({ vcpus, memory, available, regions }) => vcpus >= 2 && memory >= 4096 && available && regions.includes(region),
    )
    .sort((a, b) => a.price_hourly - b.price_hourly);
  return best ? `; the cheapest with 2 CPUs and 4 GB there is ${best.slug}` : '';
}

/**
 * The request itself; `version` is a slug that is offered. Without `ha` DigitalOcean would take a control plane that costs
 * extra, for versions from 1.36 on.
 */
export const createRequest = ({ clusterName, digitalocean }: Profile, version: string): CreateRequest => ({
  name: clusterName,
  region: digitalocean.region,
  version,
  tags: [ourTag],
  ha: false,
  // Patches come in the night from Saturday to Sunday, onto new nodes before the old ones go.
  auto_upgrade: true,
  surge_upgrade: true,
  maintenance_policy: { day: 'sunday', start_time: '03:00' },
  node_pools: [
    {
      name: nodePool(clusterName),
      size: digitalocean.size,
      count: digitalocean.nodes,
      tags: [ourTag],
      labels: { 'app.kubernetes.io/managed-by': 'firesteel' },
    },
  ],
});

/** Settings that only a creation takes, with what a cluster has of them. */
export function requestedSettings(
  { clusterName, digitalocean }: Profile,
  { region, version, node_pools }: DoCluster,
): Setting[] {
  const pool = node_pools.find(({ name }) => name === nodePool(clusterName)) ?? node_pools[0];
  const isMeant = chooseVersion(digitalocean.version, [version]) !== undefined;
  return [
    { key: 'digitalocean.region', profile: digitalocean.region, cluster: region },
    { key: 'digitalocean.size', profile: digitalocean.size, cluster: pool?.size },
    { key: 'digitalocean.nodes', profile: digitalocean.nodes, cluster: pool?.count },
    { key: 'digitalocean.version', profile: isMeant ? version : digitalocean.version, cluster: version },
  ];
}
