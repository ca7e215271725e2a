import { expect, test } from 'vitest';
import { clusterDns, domainOf, doorTarget } from '../../../../tasks/classroom/door/cluster.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';

const dns = (name: string, clusterIP: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  spec: { clusterIP },
});

const door: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'door', namespace: 'data' },
  spec: { ports: [{ port: 8443, nodePort: 31443 }] },
};

const node = (name: string, address: string, status: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: {
    addresses: [
      { type: 'Hostname', address: name },
      { type: 'InternalIP', address },
    ],
    conditions: [
      { type: 'MemoryPressure', status: 'False' },
      { type: 'Ready', status },
    ],
  },
});

test("the cluster's DNS is the service that has an address", async () => {
  const { kube } = memoryKube([dns('kube-dns-upstream', 'None'), dns('kube-dns', '10.96.0.10')]);
  expect(await clusterDns(kube)).toBe('10.96.0.10');
  await expect(clusterDns(memoryKube([]).kube)).rejects.toThrow(
    'no service in kube-system has the label k8s-app=kube-dns',
  );
});

test.each<[what: string, corefile: string | undefined, domain: string]>([
  ['as CoreDNS says', '.:53 {\n  kubernetes school.internal in-addr.arpa {\n  }\n}\n', 'school.internal'],
  ['with cluster.local where CoreDNS has no Corefile', undefined, 'cluster.local'],
])('names of services end %s', async (_, corefile, domain) => {
  const metadata = { name: 'coredns', namespace: 'kube-system' };
  const file = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile } };
  expect(await domainOf(memoryKube(corefile === undefined ? [] : [file]).kube)).toBe(domain);
});

test("the relay leads to the door's port of a node that is ready", async () => {
  const nodes = [node('one', '198.18.0.2', 'Unknown'), node('two', '198.18.0.3', 'True')];
  expect(await doorTarget(memoryKube([door, ...nodes]).kube, 'data')).toEqual({ host: '198.18.0.3', port: 31443 });
});

test('a class without a door, and a cluster without a node, are named', async () => {
  const ready = node('one', '198.18.0.2', 'True');
  await expect(doorTarget(memoryKube([ready]).kube, 'data')).rejects.toThrow('namespace data has no door');
  const away = node('one', '198.18.0.2', 'Unknown');
  await expect(doorTarget(memoryKube([door, away]).kube, 'data')).rejects.toThrow('no node of the cluster is ready');
});
