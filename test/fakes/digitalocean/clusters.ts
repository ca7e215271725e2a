// The clusters of the fake's account, and the machines behind them: created, polled, deleted, as DigitalOcean does.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Machine } from '../google/clusters.ts';
import { type ClusterBody, type FakeCluster, newCluster } from './published.ts';

/** What is behind a cluster. */
export interface Backing {
  /** Brings up `count` nodes; called once for each cluster. */
  start(cluster: FakeCluster, nodes: number): Promise<Machine>;
}

export interface Clusters {
  all(): FakeCluster[];
  find(id: string): FakeCluster | undefined;
  machine(id: string): Machine | undefined;
  /** Answers at once; the cluster changes by itself. */
  create(asked: ClusterBody): FakeCluster;
  remove(id: string): void;
  /** One that is there without anybody having asked here, as from the control panel. */
  add(asked: ClusterBody, createdAt?: string): FakeCluster;
  /** Its machine is never waited for again: it is one that does not come. */
  abandon(id: string): void;
  /** A token for the cluster's API. */
  issue(id: string, seconds: number): { token: string; expires: Date };
  /** Whether an Authorization comes in at any of the clusters. */
  admits(authorization: string | undefined): boolean;
  /** Waits for all machines to have come or gone, then ends those that are left. */
  close(): Promise<void>;
}

const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

export function createClusters(backing: Backing, broken: (why: string) => void): Clusters {
  const clusters = new Map<string, FakeCluster>();
  const machines = new Map<string, Promise<Machine | undefined>>();
  const ready = new Map<string, Machine>();
  const leaving = new Set<Promise<void>>();
  const tokens = new Map<string, number>();

  function add(asked: ClusterBody, createdAt = now()): FakeCluster {
    const id = randomUUID();
    const cluster = newCluster(id, asked, createdAt, randomUUID);
    clusters.set(id, cluster);
    return cluster;
  }

  async function begin(cluster: FakeCluster): Promise<Machine | undefined> {
    const pools = cluster.node_pools;
    try {
      const machine = await backing.start(
        cluster,
        pools.reduce((sum, { count }) => sum + count, 0),
      );
      ready.set(cluster.id, machine);
      cluster.endpoint = `https://${machine.endpoint}`;
      for (const pool of pools)
        for (const [i, node] of pool.nodes.entries()) {
          node.name = `${pool.name}-${i}`;
          node.status.state = 'running';
        }
      if (cluster.status.state === 'provisioning') cluster.status = { state: 'running' };
      return machine;
    } catch (error) {
      broken(`cluster ${cluster.name}: ${(error as Error).message}`);
      cluster.status = { state: 'error', message: (error as Error).message };
      return undefined;
    }
  }

  async function end(id: string): Promise<void> {
    const machine = await machines.get(id);
    await machine?.remove();
    machines.delete(id);
    ready.delete(id);
    clusters.delete(id);
  }

  return {
    all: () => [...clusters.values()],
    find: (id) => clusters.get(id),
    machine: (id) => ready.get(id),
    add,
    create(asked) {
      const cluster = add(asked);
      machines.set(cluster.id, begin(cluster));
      return cluster;
    },
    remove(id) {
      const cluster = clusters.get(id);
      if (!cluster || cluster.status.state === 'deleting') return;
      cluster.status = { state: 'deleting' };
      const gone = end(id).catch((error: Error) => broken(`end of ${id}: ${error.message}`));
      leaving.add(gone);
      void gone.finally(() => leaving.delete(gone));
    },
    abandon: (id) => void machines.delete(id),
    issue(_id, seconds) {
      const token = randomBytes(32).toString('hex');
      const expires = new Date(Date.now() + seconds * 1000);
      tokens.set(token, expires.getTime());
      return { token, expires };
    },
    admits: (authorization = '') => (tokens.get(authorization.replace(/^Bearer /, '')) ?? 0) > Date.now(),
    async close() {
      for (const id of clusters.keys()) this.remove(id);
      await Promise.all(leaving);
    },
  };
}
