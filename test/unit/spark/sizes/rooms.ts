// Rooms that tests of sizes choose in: nodes, pods on them, quotas and limits.
import type { Job } from '../../../../tasks/jobs/job.ts';
import type { Kube, Manifest } from '../../../../tasks/kube/types.ts';
import { profileSchema } from '../../../../tasks/profile/schema.ts';
import type { ClusterNode, Pod } from '../../../../tasks/spark/pod.ts';
import { lookAtRoom, type Room } from '../../../../tasks/spark/sizes/room.ts';
import { sizesIn } from '../../../../tasks/spark/sizes/sizes.ts';

export const node = (name: string, cpu: string, memory: string, more: object = {}): ClusterNode => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: {},
  status: { allocatable: { cpu, memory, pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] },
  ...more,
});

/** A pod that runs, on a node if one is named. */
export const pod = (
  name: string,
  nodeName: string | undefined,
  requests: Record<string, string>,
  metadata: Partial<Manifest['metadata']> = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'spark', ...metadata },
  spec: { containers: [{ name: 'one', resources: { requests } }], ...(nodeName ? { nodeName } : {}) },
  status: { phase: nodeName ? 'Running' : 'Pending' },
});

export const coreDns = pod('coredns', 'node-1', { cpu: '100m', memory: '70Mi' }, { namespace: 'kube-system' });

export const quota = (
  hard: Record<string, string>,
  used: Record<string, string> = {},
  spec: object = {},
): Manifest => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'spark' },
  spec: { hard, ...spec },
  status: { hard, used },
});

export const limitRange = (limits: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'limits', namespace: 'spark' },
  spec: { limits: [{ type: 'Container', ...limits }] },
});

export const twoCores = node('node-1', '2', '24Gi');
export const oneCore = node('node-1', '1', '24Gi');

/** Pods of a run: a driver and executors. */
export const run = (id: string, cpu: string, memory = '1433Mi', count = 3): Manifest[] =>
  Array.from({ length: count }, (_, i) =>
    pod(`${id}-${i}`, 'node-1', { cpu, memory }, { labels: { 'firesteel/run': id } }),
  );

/** Sizes of a job with this conf, on a profile with these keys. */
export const choose = (room: Room, conf: Record<string, string> = {}, keys: object = {}, word?: string) => {
  const profile = { ...profileSchema.parse(keys), name: 'local', clusterName: 'local' };
  return sizesIn({ name: 'count', type: 'python', conf } as Job, profile as never, room, word);
};

/** The room that these objects leave; `forbidden` are kinds that may not be listed. */
export function roomOf(objects: Manifest[], forbidden: readonly string[] = []): Promise<Room> {
  const seen = (kind: string) =>
    forbidden.includes(kind) ? Promise.reject(new Error('forbidden')) : Promise.resolve();
  const kube = {
    list: async ({ kind, namespace }: { kind: string; namespace?: string }) => {
      await seen(kind === 'Pod' && !namespace ? 'all pods' : kind);
      return objects.filter((one) => one.kind === kind && (!namespace || one.metadata.namespace === namespace));
    },
    get: async ({ kind, name }: { kind: string; name: string }) => {
      await seen(kind);
      return objects.find((one) => one.kind === kind && one.metadata.name === name);
    },
  } as unknown as Kube;
  return lookAtRoom(kube, 'spark');
}
