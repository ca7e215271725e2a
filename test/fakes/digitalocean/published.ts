// Answers in the words of DigitalOcean's published API description, github.com/digitalocean/openapi, folder
// specification/resources: kubernetes/responses/examples.yml (kubernetes_clusters_all, kubernetes_options,
// kubernetes_clusters_create_basic_response), kubernetes/models/{cluster_read,credentials,associated_kubernetes_resources}.yml,
// sizes/responses/all_sizes.yml, registry/models/{multiregistry,docker_credentials}.yml,
// registry/responses/registry_options_response.yml; errors from shared/responses/*.yml.

/** An answer as it goes over the wire; no body with 204. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const error = (status: number, id: string, message: string, headers?: Record<string, string>): Answer => ({
  status,
  body: { id, message, request_id: '4851a473-1621-42ea-b2f9-5071c0ea8414' },
  ...(headers ? { headers } : {}),
});

/** shared/responses: unauthorized, forbidden, not_found, too_many_requests, server_error, unprocessable_entity. */
export const errors = {
  unauthorized: error(401, 'unauthorized', 'Unable to authenticate you.'),
  forbidden: error(403, 'forbidden', 'You do not have permission to perform this action.'),
  notFound: error(404, 'not_found', 'The resource you requested could not be found.'),
  tooMany: (headers: Record<string, string>) => error(429, 'too_many_requests', 'API rate limit exceeded.', headers),
  server: error(500, 'server_error', 'Unexpected server-side error'),
  invalid: (message: string) => error(422, 'unprocessable_entity', message),
  /** As users of doctl report it. */
  dropletLimit: error(
    422,
    'unprocessable_entity',
    'validation error: 3 additional nodes but not enough available droplet limit',
  ),
  /** registry/responses/registries_over_limit.yml */
  registryLimit: error(412, 'precondition_failed', 'registry is not eligible for tier because: [OverRegistryLimit]'),
};

const named = (rows: Record<string, string>) => Object.entries(rows).map(([slug, name]) => ({ name, slug }));

/** kubernetes_options, without the sizes of more than 8 GB. */
export const options = {
  options: {
    regions: named({
      nyc1: 'New York 1',
      sgp1: 'Singapore 1',
      lon1: 'London 1',
      nyc3: 'New York 3',
      ams3: 'Amsterdam 3',
      fra1: 'Frankfurt 1',
      tor1: 'Toronto 1',
      sfo2: 'San Francisco 2',
      blr1: 'Bangalore 1',
      sfo3: 'San Francisco 3',
    }),
    versions: ['1.18.8', '1.17.11', '1.16.14'].map((version) => ({
      slug: `${version}-do.0`,
      kubernetes_version: version,
      supported_features: ['cluster-autoscaler', 'docr-integration', 'token-authentication'],
    })),
    sizes: named({
      's-1vcpu-2gb': 's-1vcpu-2gb',
      's-2vcpu-2gb': 's-2vcpu-2gb',
      's-1vcpu-3gb': 's-1vcpu-3gb',
      's-2vcpu-4gb': 's-2vcpu-4gb',
      's-4vcpu-8gb': 's-4vcpu-8gb',
      'c-2': 'c-2-4GiB',
      'g-2vcpu-8gb': 'g-2vcpu-8gb',
      'gd-2vcpu-8gb': 'gd-2vcpu-8gb',
    }),
  },
};

/** registry/responses/registry_options_response.yml, without the tiers of companies. */
export const registryOptions = {
  options: {
    available_regions: ['nyc3', 'sfo3', 'ams3', 'sgp1', 'fra1'],
    subscription_tiers: [
      {
        name: 'Starter',
        slug: 'starter',
        included_repositories: 1,
        included_storage_bytes: 524288000,
        allow_storage_overage: false,
        included_bandwidth_bytes: 524288000,
        monthly_price_in_cents: 0,
        eligible: false,
        eligibility_reasons: ['OverRepositoryLimit'],
      },
      {
        name: 'Basic',
        slug: 'basic',
        included_repositories: 5,
        included_storage_bytes: 5368709120,
        allow_storage_overage: true,
        included_bandwidth_bytes: 5368709120,
        monthly_price_in_cents: 500,
        eligible: true,
      },
    ],
  },
};

const size = (slug: string, vcpus: number, memory: number, monthly: number, regions: string[]) => ({
  slug,
  memory,
  vcpus,
  disk: 25 * vcpus,
  transfer: 1.0,
  price_monthly: monthly,
  price_hourly: monthly / 672,
  regions,
  available: true,
  description: 'Basic',
  disk_info: [{ type: 'local', size: { amount: 25 * vcpus, unit: 'gib' } }],
});

const everywhere = options.options.regions.map(({ slug }) => slug);

/** In the form of all_sizes.yml. */
export const sizes = [
  size('s-1vcpu-2gb', 1, 2048, 12, everywhere),
  size('s-2vcpu-2gb', 2, 2048, 18, everywhere),
  size('s-2vcpu-4gb', 2, 4096, 24, everywhere),
  size('s-4vcpu-8gb', 4, 8192, 48, everywhere),
  size('gd-2vcpu-8gb', 2, 8192, 68, ['nyc1', 'sfo3']),
];

export interface NodePoolBody {
  name: string;
  size: string;
  count: number;
  tags?: string[];
  labels?: Record<string, string>;
}

/** What POST /v2/kubernetes/clusters takes of kubernetes/models/cluster.yml. */
export interface ClusterBody {
  name: string;
  region: string;
  version: string;
  tags?: string[];
  ha?: boolean;
  auto_upgrade?: boolean;
  surge_upgrade?: boolean;
  maintenance_policy?: { day: string; start_time: string };
  node_pools: NodePoolBody[];
}

const off = { enabled: false };

/** A new cluster: kubernetes_clusters_create_basic_response, with what was requested. `uuid` makes ids. */
export function newCluster(id: string, asked: ClusterBody, createdAt: string, uuid: () => string) {
  const own = ['k8s', `k8s:${id}`];
  return {
    id,
    name: asked.name,
    region: asked.region,
    version: asked.version,
    cluster_subnet: '10.244.0.0/16',
    service_subnet: '10.245.0.0/16',
    vpc_uuid: 'c33931f2-a26a-4e61-b85c-4e95a2ec431b',
    ipv4: '',
    endpoint: '',
    tags: [...(asked.tags ?? []), ...own],
    node_pools: asked.node_pools.map((pool) => ({
      id: uuid(),
      ...pool,
      tags: [...(pool.tags ?? []), ...own, 'k8s:worker'],
      labels: pool.labels ?? null,
      taints: [],
      auto_scale: false,
      min_nodes: 0,
      max_nodes: 0,
      nodes: Array.from({ length: pool.count }, () => ({
        id: uuid(),
        name: '',
        status: { state: 'provisioning' },
        droplet_id: '',
        created_at: createdAt,
        updated_at: createdAt,
      })),
    })),
    maintenance_policy: {
      start_time: '00:00',
      duration: '4h0m0s',
      day: 'any',
      ...asked.maintenance_policy,
    },
    auto_upgrade: asked.auto_upgrade ?? false,
    isolated_workers: false,
    status: { state: 'provisioning', message: 'provisioning' } as { state: string; message?: string },
    created_at: createdAt,
    updated_at: createdAt,
    surge_upgrade: asked.surge_upgrade ?? false,
    registry_enabled: false,
    registries: null as string[] | null,
    ha: asked.ha ?? true,
    control_plane_firewall: { enabled: false, allowed_addresses: null },
    routing_agent: off,
    amd_gpu_device_plugin: off,
    nvidia_gpu_device_plugin: off,
    rdma_shared_dev_plugin: off,
  };
}

export type FakeCluster = ReturnType<typeof newCluster>;
