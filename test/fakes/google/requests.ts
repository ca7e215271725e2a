// What Google Kubernetes Engine takes for a cluster, and in which words it refuses; and what no test of ours should send.
import type { protos } from '@google-cloud/container';
import { grpc } from 'google-gax';
import { refusal } from './faults.ts';

type ICluster = protos.google.container.v1.ICluster;

/** Zones of the fake's regions. */
export const zones = ['europe-west1-b', 'europe-west1-c', 'europe-west1-d', 'us-central1-a', 'us-central1-b'];
export const regionOf = (zone: string): string => zone.replace(/-[a-z]$/, '');
export const regions = [...new Set(zones.map(regionOf))];

/** Fields a request may set. What is deprecated, or read-only, or new to us, is not among them. */
const fields = new Set<keyof ICluster>([
  'name',
  'description',
  'nodePools',
  'autopilot',
  'autoscaling',
  'releaseChannel',
  'initialClusterVersion',
  'workloadIdentityConfig',
  'ipAllocationPolicy',
  'networkConfig',
  'controlPlaneEndpointsConfig',
  'resourceLabels',
  'shieldedNodes',
  'addonsConfig',
  'masterAuth',
  'legacyAbac',
  'databaseEncryption',
  'binaryAuthorization',
  'securityPostureConfig',
  'rbacBindingConfig',
  'loggingConfig',
  'monitoringConfig',
  'nodePoolAutoConfig',
  'maintenancePolicy',
]);

/** Node pools' fields, likewise. */
const poolFields = new Set(['name', 'config', 'initialNodeCount', 'management', 'upgradeSettings', 'networkConfig']);

/** Values that stand for "not given" on the wire. */
const isGiven = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : typeof value === 'object' && value !== null
      ? true
      : Boolean(value) && !/_UNSPECIFIED$|^UNKNOWN$/.test(String(value)) && value !== '0';

/** Proto-loader adds fields with an underscore that tell which optional ones are set. */
const given = (value: object) => Object.entries(value).filter(([name, part]) => !name.startsWith('_') && isGiven(part));

/** Only what was given, so that it can be read and compared. */
export const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(given(value).map(([name, part]) => [name, bare(part)]));
};

const invalid = (details: string) => refusal(grpc.status.INVALID_ARGUMENT, details);

export interface CreateRules {
  cluster: ICluster;
  location: string;
  hasAccount(email: string): boolean;
  unexpected: string[];
}

/** Why Google would refuse to make this cluster; undefined if it would not. */
export function createProblem({ cluster, location, hasAccount, unexpected }: CreateRules) {
  for (const [name] of given(cluster))
    if (!fields.has(name as keyof ICluster)) unexpected.push(`CreateCluster sets cluster.${name}`);
  const pools = cluster.nodePools ?? [];
  for (const pool of pools)
    for (const [name] of given(pool))
      if (!poolFields.has(name)) unexpected.push(`CreateCluster sets cluster.nodePools.${name}`);
  if (!zones.includes(location) && !regions.includes(location))
    return invalid(`Location "${location}" does not exist.`);
  if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(cluster.name ?? ''))
    return invalid(
      `Invalid value for field "cluster.name": "${cluster.name}". Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?)'.`,
    );
  if (cluster.autopilot?.enabled && pools.length > 0)
    return invalid('Autopilot clusters do not support specifying node pools.');
  if (cluster.autopilot?.enabled && zones.includes(location))
    return invalid('Autopilot clusters must be regional clusters.');
  if (!cluster.autopilot?.enabled && !pools.some(({ initialNodeCount }) => (initialNodeCount ?? 0) > 0))
    return invalid('Cluster.initial_node_count must be greater than zero.');
  const accounts = [
    ...pools.map(({ config }) => config?.serviceAccount),
    cluster.autoscaling?.autoprovisioningNodePoolDefaults?.serviceAccount,
  ];
  for (const email of accounts)
    if (email && !hasAccount(email)) return invalid(`Service account "${email}" does not exist.`);
  return undefined;
}
