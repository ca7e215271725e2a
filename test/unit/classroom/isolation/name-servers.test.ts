// Name servers beside CoreDNS that pods of a seat have to reach.
import { expect, test } from 'vitest';
import { nameServers } from '../../../../tasks/classroom/isolation/name-servers.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';

const dns: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  spec: { clusterIP: '10.96.0.10' },
};
const cache = (...args: string[]): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'cache', namespace: 'kube-system', labels: { 'k8s-app': 'node-local-dns' } },
  spec: { containers: [{ name: 'metrics' }, { name: 'node-cache', args }] },
});

test.each<[what: string, objects: Manifest[], expected: string[]]>([
  ['no cache on its nodes', [dns], []],
  ['a cache that says nothing', [dns, cache()], ['10.96.0.10', '169.254.20.10']],
  [
    'a cache at two addresses',
    [dns, cache('-localip', '169.254.20.11,10.96.0.10', '-conf', '/etc/Corefile')],
    ['10.96.0.10', '169.254.20.11'],
  ],
  ['a cache of IPv6', [dns, cache('--localip=fd00::a')], ['10.96.0.10', 'fd00::a']],
])('a cluster with %s', async (_, objects, expected) =>
  expect(await nameServers(memoryKube(objects).kube)).toEqual(expected),
);
