// The state of a fake project's clusters and operations: what is being made, what is there, what failed.
import { randomBytes } from 'node:crypto';
import type { protos } from '@google-cloud/container';
import type { BadEnd } from './faults.ts';

type ICluster = protos.google.container.v1.ICluster;
type IOperation = protos.google.container.v1.IOperation;

/** A cluster behind the fake: where its API answers, and with whose certificate. */
export interface Machine {
  /** Address and port, without `https://`. */
  endpoint: string;
  authorityPem: string;
  remove(): Promise<void>;
}

/** What makes the clusters. */
export interface Backing {
  /** Calls `onStage` as it gets on. */
  start(cluster: ICluster, onStage: () => void): Promise<Machine>;
}

export interface Entry {
  parent: string;
  cluster: ICluster;
  machine?: Machine;
}

export interface Clusters {
  find(name: string): Entry | undefined;
  /** Of one location, or of all with `-`. */
  list(parent: string): Entry[];
  operations(parent: string): IOperation[];
  operation(name: string): IOperation | undefined;
  /** The operation that keeps others from the cluster. */
  busy(name: string): IOperation | undefined;
  create(parent: string, cluster: ICluster, how: { endsBadly?: BadEnd; slowMs?: number }): IOperation;
  remove(name: string): IOperation;
  /** Puts a cluster there that nobody asked the fake for. */
  add(parent: string, cluster: ICluster): Entry;
  /** What was made and not removed: 0 at the end of a good test. */
  machines(): number;
  close(): Promise<void>;
}

export const kubernetesVersion = '1.34.1-gke.1829001';
const pendingMs = 200;
/** As the API tells them; each with a metric of its total. */
const stages = ['CLUSTER_CONFIGURING', 'CLUSTER_DEPLOYING', 'CLUSTER_HEALTHCHECKING'];
const perStage = 6;

const metrics = (reached: number) =>
  stages.flatMap((name, index) => [
    { name, intValue: `${Math.max(0, Math.min(perStage, reached - index * perStage))}` },
    { name: `${name}_TOTAL`, intValue: `${perStage}` },
  ]);

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const isUnder = (parent: string, name: string) =>
  parent.endsWith('/locations/-') ? name.startsWith(parent.slice(0, -1)) : name.startsWith(`${parent}/`);
const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** `backingFailed` hears of clusters that the backing could not make: a fault of the test's machine, not of the tested. */
export function createClusters(backing: Backing, backingFailed: (text: string) => void): Clusters {
  const entries = new Map<string, Entry>();
  const operations = new Map<string, IOperation>();
  const work = new Set<Promise<void>>();

  function begin(parent: string, clusterName: string, operationType: 'CREATE_CLUSTER' | 'DELETE_CLUSTER'): IOperation {
    const name = `operation-${Date.now()}-${randomBytes(4).toString('hex')}`;
    const operation: IOperation = {
      name,
      operationType,
      status: 'PENDING',
      location: parent.split('/').at(-1) ?? '',
      selfLink: `https://container.googleapis.com/v1/${parent}/operations/${name}`,
      targetLink: `https://container.googleapis.com/v1/${clusterName}`,
      startTime: new Date().toISOString(),
    };
    operations.set(`${parent}/operations/${name}`, operation);
    return operation;
  }

  /** Does the work of an operation that was begun; it never fails, the operation tells. */
  function perform(operation: IOperation, does: () => Promise<BadEnd | undefined>): void {
    const done = (async () => {
      await wait(pendingMs);
      operation.status = 'RUNNING';
      const badEnd = await does().catch((error: unknown): BadEnd => {
        backingFailed(message(error));
        return { code: 13, condition: 'UNKNOWN', canonicalCode: 'INTERNAL', message: message(error) };
      });
      if (badEnd) {
        const { code, condition, canonicalCode, message: text } = badEnd;
        operation.error = { code, message: text, details: [] };
        operation.statusMessage = text;
        operation.detail = text;
        operation.clusterConditions = [
          {
            code: condition,
            canonicalCode: canonicalCode as 'INTERNAL',
            message: text,
          },
        ];
      }
      operation.endTime = new Date().toISOString();
      operation.status = 'DONE';
    })();
    work.add(done);
    void done.then(() => work.delete(done));
  }

  const busy = (name: string) =>
    [...operations.values()].find(({ status, targetLink }) => status !== 'DONE' && targetLink?.endsWith(`/v1/${name}`));

  return {
    find: (name) => entries.get(name),
    list: (parent) => [...entries].filter(([name]) => isUnder(parent, name)).map(([, entry]) => entry),
    operations: (parent) => [...operations].filter(([name]) => isUnder(parent, name)).map(([, operation]) => operation),
    operation: (name) => operations.get(name),
    busy,
    create(parent, asked, { endsBadly, slowMs = 0 }) {
      const name = `${parent}/clusters/${asked.name}`;
      const location = parent.split('/').at(-1) ?? '';
      const entry: Entry = {
        parent,
        cluster: {
          ...asked,
          location,
          id: randomBytes(32).toString('hex'),
          selfLink: `https://container.googleapis.com/v1/${name}`,
          createTime: new Date().toISOString(),
          status: 'PROVISIONING',
          currentMasterVersion: kubernetesVersion,
          nodePools: (asked.nodePools ?? []).map((pool) => ({ ...pool, status: 'PROVISIONING' })),
        },
      };
      entries.set(name, entry);
      const operation = begin(parent, name, 'CREATE_CLUSTER');
      let reached = 0;
      const advance = () => {
        reached += 1;
        operation.progress = { metrics: metrics(Math.min(reached, stages.length * perStage - 1)) };
      };
      advance();
      perform(operation, async () => {
        const { cluster } = entry;
        if (endsBadly) {
          await wait(slowMs || 300);
          const { condition: code, canonicalCode, message: text } = endsBadly;
          Object.assign(cluster, { status: 'ERROR', statusMessage: text });
          cluster.conditions = [{ code, canonicalCode: canonicalCode as 'INTERNAL', message: text }];
          return endsBadly;
        }
        const [machine] = await Promise.all([backing.start(cluster, advance), wait(slowMs)]).catch((error) => {
          cluster.status = 'ERROR';
          throw error;
        });
        entry.machine = machine;
        cluster.endpoint = machine.endpoint;
        cluster.masterAuth = { clusterCaCertificate: Buffer.from(machine.authorityPem).toString('base64') };
        cluster.status = 'RUNNING';
        cluster.nodePools = (cluster.nodePools ?? []).map((pool) => ({ ...pool, status: 'RUNNING' }));
        cluster.currentNodeCount = cluster.nodePools.reduce((sum, pool) => sum + (pool.initialNodeCount ?? 0), 0);
        operation.progress = { metrics: metrics(stages.length * perStage) };
        return undefined;
      });
      return { ...operation };
    },
    remove(name) {
      const entry = entries.get(name);
      if (!entry) throw new Error(`no cluster ${name} to remove`);
      const operation = begin(entry.parent, name, 'DELETE_CLUSTER');
      entry.cluster.status = 'STOPPING';
      perform(operation, async () => {
        await entry.machine?.remove();
        delete entry.machine;
        entries.delete(name);
        return undefined;
      });
      return { ...operation };
    },
    add(parent, cluster) {
      const entry: Entry = { parent, cluster: { location: parent.split('/').at(-1) ?? '', ...cluster } };
      entries.set(`${parent}/clusters/${cluster.name}`, entry);
      return entry;
    },
    machines: () => [...entries.values()].filter(({ machine }) => machine).length,
    async close() {
      while (work.size > 0) await Promise.all(work);
      for (const { machine } of entries.values()) await machine?.remove();
      entries.clear();
    },
  };
}
