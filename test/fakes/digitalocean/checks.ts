// What POST /v2/kubernetes/clusters takes: the fields of the published description and nothing else, with values that are on offer.
import { type ClusterBody, options } from './published.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isTags: Check = (value) =>
  Array.isArray(value) && value.every((tag) => typeof tag === 'string' && /^[\w:-]{1,255}$/.test(tag));
const isOneOf =
  (rows: { slug: string }[]): Check =>
  (value) =>
    rows.some(({ slug }) => slug === value);
const isMap: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const cluster: Record<string, Check> = {
  name: (value) => isText(value) && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value as string),
  region: isOneOf(options.options.regions),
  version: (value) => value === 'latest' || isOneOf(options.options.versions)(value),
  tags: isTags,
  ha: isFlag,
  auto_upgrade: isFlag,
  surge_upgrade: isFlag,
  maintenance_policy: isMap,
  node_pools: (value) => Array.isArray(value) && value.length > 0,
};

const pool: Record<string, Check> = {
  name: (value) => isText(value) && (value as string).length <= 55,
  size: isOneOf(options.options.sizes),
  count: (value) => Number.isInteger(value) && (value as number) > 0,
  tags: isTags,
  labels: isMap,
};

const maintenance: Record<string, Check> = {
  day: (value) => /^(any|(mon|tues|wednes|thurs|fri|satur|sun)day)$/.test(String(value)),
  start_time: (value) => /^([01]\d|2[0-3]):[0-5]\d$/.test(String(value)),
};

const wrongIn = (where: string, body: Record<string, unknown>, checks: Record<string, Check>, needed: string[]) => [
  ...Object.entries(body)
    .filter(([key, value]) => !checks[key]?.(value))
    .map(([key, value]) => `${where}${key}: ${JSON.stringify(value)}`),
  ...needed.filter((key) => body[key] === undefined).map((key) => `${where}${key} is missing`),
];

/** What is wrong with a body; it is a ClusterBody if nothing is. */
export function clusterBodyProblems(body: Record<string, unknown>): string[] {
  const { node_pools, maintenance_policy } = body as unknown as ClusterBody;
  return [
    ...wrongIn('', body, cluster, ['name', 'region', 'version', 'node_pools']),
    ...(Array.isArray(node_pools) ? node_pools : []).flatMap((one, i) =>
      wrongIn(`node_pools[${i}].`, { ...one }, pool, ['name', 'size', 'count']),
    ),
    ...(maintenance_policy ? wrongIn('maintenance_policy.', { ...maintenance_policy }, maintenance, []) : []),
  ];
}
