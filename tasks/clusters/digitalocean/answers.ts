// Types of the answers of DigitalOcean's API: https://docs.digitalocean.com/reference/api/ (version 2).

/** A cluster of DigitalOcean Kubernetes. */
export interface DoCluster {
  id: string;
  name: string;
  region: string;
  /** Slug of its version, such as 1.34.1-do.0. */
  version: string;
  /** Address of its API server; empty until it runs. */
  endpoint?: string;
  tags?: string[];
  node_pools: DoNodePool[];
  status: {
    state: 'running' | 'provisioning' | 'degraded' | 'error' | 'deleted' | 'upgrading' | 'deleting';
    message?: string;
  };
  created_at: string;
  /** Names of the container registries it may pull from. */
  registries?: string[] | null;
}

export interface DoNodePool {
  name: string;
  size: string;
  count: number;
  nodes?: { name: string; status: { state: string; message?: string } }[];
}

/** What a new cluster can be made of. */
export interface DoOptions {
  regions: { name: string; slug: string }[];
  versions: { slug: string; kubernetes_version: string }[];
  sizes: { name: string; slug: string }[];
}

/** A size of machine. */
export interface DoSize {
  slug: string;
  /** In MB. */
  memory: number;
  vcpus: number;
  /** In US dollars. */
  price_hourly: number;
  price_monthly: number;
  regions: string[];
  available: boolean;
}

/** Access to one cluster. */
export interface DoCredentials {
  server: string;
  /** Base64 of a PEM certificate. */
  certificate_authority_data: string;
  token: string;
  /** RFC 3339. */
  expires_at: string;
}

/** Something that costs money and is not a part of a cluster, but was made for it. */
export interface DoResource {
  id: string;
  name: string;
}

export interface DoAssociated {
  load_balancers?: DoResource[] | null;
  volumes?: DoResource[] | null;
  volume_snapshots?: DoResource[] | null;
}

export interface DoRegistry {
  name: string;
  region?: string;
}
