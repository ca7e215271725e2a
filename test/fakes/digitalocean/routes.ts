// Every call that the fake expects: method, path, names of its query and body, and what it does.
import { clusterBodyProblems } from './checks.ts';
import type { Clusters } from './clusters.ts';
import { type Answer, type ClusterBody, errors, options, registryOptions, sizes } from './published.ts';

/** What the account has beside clusters. */
export interface Resources {
  registries: { name: string; region: string; created_at: string }[];
  /** By the id of their cluster. */
  associated: Map<string, Record<'load_balancers' | 'volumes' | 'volume_snapshots', { id: string; name: string }[]>>;
  /** `USER:PASSWORD` of the container registry. */
  registryLogin: string;
  /** Receives clusters that are to pull from registries. */
  onIntegration?: (clusters: string[], registries: string[]) => void;
}

export interface Asked {
  parts: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: RegExp;
  query?: string[];
  body?: string[];
  does(asked: Asked, unexpected: (why: string) => Answer): Answer;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const id = '(?<id>[0-9a-f-]{36})';

/** shared/pages.yml and shared/parameters.yml */
function paged(key: string, rows: unknown[], query: URLSearchParams): Answer {
  const size = Number(query.get('per_page') ?? 20);
  const page = Number(query.get('page') ?? 1);
  if (size < 1 || size > 200) return errors.invalid('per_page');
  const more = page * size < rows.length;
  const next = `https://api.digitalocean.com/v2/${key}?page=${page + 1}&per_page=${size}`;
  return ok({
    [key]: rows.slice((page - 1) * size, page * size),
    links: more ? { pages: { next } } : {},
    meta: { total: rows.length },
  });
}

export function createRoutes(clusters: Clusters, resources: Resources, tokenSeconds: number): Route[] {
  const registry = (name: string | undefined) => resources.registries.find((one) => one.name === name);
  const resource = (kind: 'load_balancers' | 'volumes' | 'volume_snapshots', path: string): Route => ({
    method: 'GET',
    path: new RegExp(`^/v2/${path}/(?<id>[^/]+)$`),
    does: ({ parts }) => {
      const found = [...resources.associated.values()]
        .flatMap((one) => one[kind])
        .find((one) => one.id === parts['id']);
      return found ? ok({ [path.replace(/s$/, '')]: found }) : errors.notFound;
    },
  });
  return [
    {
      method: 'GET',
      path: /^\/v2\/kubernetes\/options$/,
      does: () => ok(options),
    },
    {
      method: 'GET',
      path: /^\/v2\/sizes$/,
      query: ['per_page', 'page'],
      does: ({ query }) => paged('sizes', sizes, query),
    },
    {
      method: 'GET',
      path: /^\/v2\/kubernetes\/clusters$/,
      query: ['per_page', 'page'],
      does: ({ query }) => paged('kubernetes_clusters', clusters.all(), query),
    },
    {
      method: 'POST',
      path: /^\/v2\/kubernetes\/clusters$/,
      body: [
        'name',
        'region',
        'version',
        'tags',
        'ha',
        'auto_upgrade',
        'surge_upgrade',
        'maintenance_policy',
        'node_pools',
      ],
      does: ({ body }, unexpected) => {
        const problems = clusterBodyProblems(body);
        if (problems.length > 0) return unexpected(problems.join(', '));
        return { status: 201, body: { kubernetes_cluster: clusters.create(body as unknown as ClusterBody) } };
      },
    },
    {
      method: 'DELETE',
      path: new RegExp(`^/v2/kubernetes/clusters/${id}$`),
      does: ({ parts }) => {
        if (!clusters.find(parts['id'] ?? '')) return errors.notFound;
        clusters.remove(parts['id'] ?? '');
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: new RegExp(`^/v2/kubernetes/clusters/${id}/credentials$`),
      query: ['expiry_seconds'],
      does: ({ parts, query }, unexpected) => {
        const cluster = clusters.find(parts['id'] ?? '');
        if (!cluster) return errors.notFound;
        const machine = clusters.machine(cluster.id);
        if (!machine) return unexpected(`cluster is ${cluster.status.state}`);
        const asked = Number(query.get('expiry_seconds') ?? 0) || 7 * 86_400;
        const { token, expires } = clusters.issue(cluster.id, Math.min(asked, tokenSeconds));
        return ok({
          server: cluster.endpoint,
          certificate_authority_data: Buffer.from(machine.authorityPem).toString('base64'),
          client_certificate_data: null,
          client_key_data: null,
          token,
          expires_at: expires.toISOString(),
        });
      },
    },
    {
      method: 'GET',
      path: new RegExp(`^/v2/kubernetes/clusters/${id}/destroy_with_associated_resources$`),
      does: ({ parts }) => {
        const cluster = clusters.find(parts['id'] ?? '');
        if (!cluster) return errors.notFound;
        const none = { load_balancers: [], volumes: [], volume_snapshots: [] };
        return ok(resources.associated.get(cluster.id) ?? none);
      },
    },
    resource('load_balancers', 'load_balancers'),
    resource('volumes', 'volumes'),
    resource('volume_snapshots', 'snapshots'),
    { method: 'GET', path: /^\/v2\/registry\/options$/, does: () => ok(registryOptions) },
    { method: 'GET', path: /^\/v2\/registries$/, does: () => ok({ registries: resources.registries }) },
    {
      method: 'POST',
      path: /^\/v2\/registries$/,
      body: ['name', 'subscription_tier_slug', 'region'],
      does: ({ body }, unexpected) => {
        const { name, region = 'fra1' } = body as { name?: string; region?: string };
        if (!/^[a-z0-9-]{1,63}$/.test(name ?? '')) return unexpected(`name ${name}`);
        if (resources.registries.length > 0) return errors.registryLimit;
        const made = { name: name ?? '', region, created_at: '2020-03-21T16:02:37Z' };
        resources.registries.push(made);
        return { status: 201, body: { registry: made } };
      },
    },
    {
      method: 'GET',
      path: /^\/v2\/registries\/(?<name>[a-z0-9-]+)\/docker-credentials$/,
      query: ['read_write', 'expiry_seconds'],
      does: ({ parts }) => {
        if (!registry(parts['name'])) return errors.notFound;
        const auth = Buffer.from(resources.registryLogin).toString('base64');
        return ok({ auths: { 'registry.digitalocean.com': { auth } } });
      },
    },
    {
      method: 'POST',
      path: /^\/v2\/kubernetes\/registries$/,
      body: ['cluster_uuids', 'registries'],
      does: ({ body }, unexpected) => {
        const { cluster_uuids: ids = [], registries = [] } = body as Record<string, string[]>;
        if (!registries.every(registry)) return unexpected(`registries ${registries}`);
        for (const one of ids) {
          const cluster = clusters.find(one);
          if (!cluster) return errors.notFound;
          cluster.registries = [...new Set([...(cluster.registries ?? []), ...registries])];
          cluster.registry_enabled = true;
        }
        resources.onIntegration?.(ids, registries);
        return { status: 204 };
      },
    },
  ];
}
