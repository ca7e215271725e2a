// What a test made is removed by the run's client, or after Ctrl-C by another one.
import { expect, test } from 'vitest';
import { proveLookup } from '../../../tasks/coredns/proof.ts';
import type { Ref } from '../../../tasks/kube/types.ts';
import { cleanerOf } from '../../../tasks/steps/cleaner.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';

const pod: Ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system', name: 'firesteel-dns-proof' };
const cluster = { kubeconfig: () => ({ path: '/nowhere/fresh-kubeconfig', context: 'any' }) } as unknown as Cluster;

test('the client of the run removes as long as the run lasts', async () => {
  const memory = memoryKube([{ ...pod, metadata: pod } as never]);
  await cleanerOf(plainContext({ cluster, kube: memory.kube })).remove(pod);
  expect(memory.changes).toEqual(['remove Pod firesteel-dns-proof']);
});

test.each(['before', 'during'])('another client removes where the run ends %s the removal', async (when) => {
  const stop = new AbortController();
  if (when === 'before') stop.abort();
  const { kube } = memoryKube([]);
  const remove = async () => {
    stop.abort();
    throw stop.signal.reason;
  };
  const context = plainContext({ cluster, kube: { ...kube, remove }, signal: stop.signal });
  await expect(cleanerOf(context).remove(pod)).rejects.toThrow('fresh-kubeconfig');
});

test('the pod of a look-up is removed after Ctrl-C', async () => {
  const stop = new AbortController();
  const { kube } = memoryKube([]);
  const removed: string[] = [];
  const proof = proveLookup({
    kube,
    cleaner: { remove: async ({ name }) => void removed.push(name) },
    signal: stop.signal,
    image: { reference: 'busybox:1', program: 'nslookup' },
    names: { inside: 'a.example' },
    onSeen: () => stop.abort(),
  });
  await expect(proof).rejects.toThrow('aborted');
  expect(removed).toEqual([pod.name]);
});
