// The networks that a cluster names, and which servers in private networks a seat reaches.
import { describe, expect, test } from 'vitest';
import { endpointsIn, networksIn } from '../../../../tasks/classroom/isolation/networks.ts';
import { privateServers } from '../../../../tasks/classroom/isolation/private-servers.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

describe('a cluster tells', () => {
  const manifest = (more: object): Manifest => ({ apiVersion: 'v1', kind: 'Any', metadata: { name: 'one' }, ...more });

  test('where its API server listens, each endpoint once', () =>
    expect(
      endpointsIn([
        manifest({
          endpoints: [{ addresses: ['10.0.0.2'] }, { addresses: ['10.0.0.3'] }, { addresses: ['10.0.0.2'] }],
          ports: [{ name: 'https', port: 6443 }],
        }),
        manifest({ endpoints: null, ports: null }),
      ]),
    ).toEqual([
      { address: '10.0.0.2', port: 6443 },
      { address: '10.0.0.3', port: 6443 },
    ]));

  test('its networks by nodes, pods and ranges of services', () =>
    expect(
      networksIn({
        nodes: [
          manifest({
            spec: { podCIDRs: ['10.4.0.0/24', 'fd00:1::/64'] },
            status: {
              addresses: [
                { type: 'InternalIP', address: '10.128.0.7' },
                { type: 'ExternalIP', address: '34.1.2.3' },
                { type: 'Hostname', address: 'node-1' },
              ],
            },
          }),
          manifest({}),
        ],
        pods: [
          manifest({
            spec: {},
            status: { podIPs: [{ ip: '198.19.64.9' }, { ip: '2001:db8:1:2::5' }, { ip: 'fd00::9' }] },
          }),
          manifest({ spec: {}, status: { podIPs: [{ ip: '198.19.0.2' }] } }),
          manifest({ spec: { hostNetwork: true }, status: { podIPs: [{ ip: '10.128.0.7' }] } }),
          manifest({ spec: {} }),
        ],
        serviceCidrs: [manifest({ spec: { cidrs: ['10.8.0.0/20'] } })],
      }),
    ).toEqual([
      '10.128.0.7/32',
      '10.4.0.0/24',
      '10.8.0.0/20',
      '198.19.0.0/16',
      '2001:db8:1:2::/64',
      '34.1.2.3/32',
      'fd00:0:0:0::/64',
      'fd00:1::/64',
    ]));
});

test.each([
  [
    'its storage',
    [
      'storage.kind=s3',
      'storage.bucket=films',
      'storage.credentials.anonymous=true',
      'storage.endpoint=http://10.1.2.3:9000',
    ],
    {},
    ['10.1.2.3 9000'],
  ],
  [
    'no storage of the internet',
    [
      'storage.kind=s3',
      'storage.bucket=films',
      'storage.credentials.anonymous=true',
      'storage.endpoint=https://203.0.113.9',
    ],
    {},
    [],
  ],
  [
    'the index and proxy of pip',
    [],
    { PIP_INDEX_URL: 'https://172.16.4.5/simple', PIP_PROXY: 'http://192.168.7.1:3128' },
    ['172.16.4.5 443', '192.168.7.1 3128'],
  ],
  ['an index by IPv6', [], { PIP_EXTRA_INDEX_URL: 'http://[fd00::5]:81/simple' }, ['fd00::5 81']],
  ['no index without the internet', ['classroom.internet=false'], { PIP_INDEX_URL: 'https://172.16.4.5/simple' }, []],
  ['nothing that has no address', [], { PIP_PROXY: 'proxy.invalid:3128', PIP_FIND_LINKS: 'http://wheels.invalid' }, []],
])('a seat reaches in private networks %s', async (_, sets, variables, servers) => {
  const found = await privateServers(await readProfile('local', sets), { variables });
  expect(found.map(({ address, port }) => `${address} ${port}`)).toEqual(servers);
});
