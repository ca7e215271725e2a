// The policies of a seat: what they let through, and that nothing a student sets opens them.
import { describe, expect, test } from 'vitest';
import { endpointsIn, networksIn } from '../../../../tasks/classroom/isolation/networks.ts';
import { type SeatNetwork, seatPolicies } from '../../../../tasks/classroom/isolation/policies.ts';
import { privateServers } from '../../../../tasks/classroom/isolation/private-servers.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const seat: SeatNetwork = {
  namespace: 'stats-ada',
  door: 'stats',
  api: [{ address: '198.18.7.2', port: 6443 }],
};

interface Policy extends Manifest {
  spec: { podSelector: object; policyTypes: string[]; ingress?: object[]; egress?: object[] };
}

const policies = (more: Partial<SeatNetwork> = {}) => seatPolicies({ ...seat, ...more }) as Policy[];
const rules = (side: 'ingress' | 'egress', more: Partial<SeatNetwork> = {}) =>
  policies(more).flatMap(({ spec }) => spec[side] ?? []);

const own = [{ podSelector: {} }];
const dns = { 'k8s-app': 'kube-dns' };
const inSystem = { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } };

describe('the policies of a seat', () => {
  test('are for all of its pods, and one closes them both ways', () => {
    for (const { metadata, spec } of policies()) {
      expect(metadata.namespace).toBe('stats-ada');
      expect(spec.podSelector).toEqual({});
    }
    expect(policies()[0]?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test('let in its own pods and the door, at the ports of notebook and Spark pages', () =>
    expect(rules('ingress')).toEqual([
      { from: own },
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'stats' } } }],
        ports: [
          { protocol: 'TCP', port: 8888 },
          { protocol: 'TCP', port: 4040, endPort: 4059 },
        ],
      },
    ]));

  test('allow connections to its own pods, DNS, and the real address of the API server', () =>
    expect(rules('egress')).toEqual([
      { to: own },
      {
        to: [{ namespaceSelector: inSystem, podSelector: { matchLabels: dns } }],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
      { to: [{ ipBlock: { cidr: '198.18.7.2/32' } }], ports: [{ protocol: 'TCP', port: 6443 }] },
    ]));

  test('select pods of others by the namespace alone, which no student can choose', () => {
    const labels = [...JSON.stringify(policies({ outside: { except: [] } })).matchAll(/"matchLabels":(\{[^}]*\})/g)];
    expect(labels.map(([, one = '']) => JSON.parse(one))).toEqual([
      inSystem.matchLabels,
      dns,
      { 'kubernetes.io/metadata.name': 'stats' },
    ]);
  });

  test('know name servers that are no pods', () =>
    expect(rules('egress', { nameServers: ['169.254.20.10', 'fd00::a'] })[1]).toMatchObject({
      to: [
        { podSelector: { matchLabels: dns } },
        { namespaceSelector: inSystem, podSelector: { matchLabels: { 'k8s-app': 'node-local-dns' } } },
        { ipBlock: { cidr: '169.254.20.10/32' } },
        { ipBlock: { cidr: 'fd00::a/128' } },
      ],
    }));

  test('have a rule for each port of an API server with several endpoints', () => {
    const api = [
      { address: '10.0.0.3', port: 6443 },
      { address: '10.0.0.2', port: 6443 },
      { address: '10.0.0.2', port: 443 },
    ];
    expect(rules('egress', { api }).slice(2)).toEqual([
      { to: [{ ipBlock: { cidr: '10.0.0.2/32' } }], ports: [{ protocol: 'TCP', port: 443 }] },
      {
        to: [{ ipBlock: { cidr: '10.0.0.2/32' } }, { ipBlock: { cidr: '10.0.0.3/32' } }],
        ports: [{ protocol: 'TCP', port: 6443 }],
      },
    ]);
  });

  test('allow no connection outside unless the profile does, but stand: what they opened before is closed', () => {
    expect(JSON.stringify(policies())).not.toContain('0.0.0.0/0');
    for (const name of ['seat-outside', 'seat-private'])
      expect(policies().find(({ metadata }) => metadata.name === name)?.spec).toEqual({
        podSelector: {},
        policyTypes: ['Egress'],
      });
  });

  test('allow the internet, but never private networks, metadata or the networks of the cluster', () =>
    expect(
      rules('egress', { outside: { except: ['198.19.0.0/17', '198.18.7.0/24', '198.19.0.0/17'] } }).at(-1),
    ).toEqual({
      to: [
        {
          ipBlock: {
            cidr: '0.0.0.0/0',
            except: [
              '10.0.0.0/8',
              '100.64.0.0/10',
              '127.0.0.0/8',
              '168.63.129.16/32',
              '169.254.0.0/16',
              '172.16.0.0/12',
              '192.168.0.0/16',
              '198.18.0.0/15',
              '198.18.7.0/24',
              '198.19.0.0/17',
            ],
          },
        },
      ],
    }));

  test('allow IPv6 as well where the cluster has it', () =>
    expect(rules('egress', { outside: { except: ['10.0.0.0/8', '2001:db8::/64'] } }).at(-1)).toMatchObject({
      to: [
        { ipBlock: { cidr: '0.0.0.0/0', except: expect.arrayContaining(['10.0.0.0/8']) } },
        { ipBlock: { cidr: '::/0', except: ['2001:db8::/64', 'fc00::/7', 'fe80::/10'] } },
      ],
    }));
});

test('a seat reaches private networks and servers that the profile names, and the internet only if it says so', () => {
  const named = {
    networks: ['10.20.0.0/24'],
    servers: [
      { address: '10.1.2.3', port: 9000 },
      { address: '10.1.2.4', port: 3128 },
    ],
  };
  expect(rules('egress', named).slice(3)).toEqual([
    { to: [{ ipBlock: { cidr: '10.20.0.0/24' } }] },
    { to: [{ ipBlock: { cidr: '10.1.2.4/32' } }], ports: [{ protocol: 'TCP', port: 3128 }] },
    { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [{ protocol: 'TCP', port: 9000 }] },
  ]);
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
