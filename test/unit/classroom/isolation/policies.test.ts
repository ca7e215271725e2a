// The policies of a seat: what they let through, and that nothing a student sets opens them.
import { describe, expect, test } from 'vitest';
import { type SeatNetwork, seatPolicies } from '../../../../tasks/classroom/isolation/policies.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';

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

  test('allow connections to the S3 server of the class, and to no other pod of that namespace', () => {
    const pods = { namespace: 'spark', labels: { 'app.kubernetes.io/name': 'storage' }, port: 7070 };
    expect(rules('egress', { pods }).at(-1)).toEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'spark' } },
          podSelector: { matchLabels: pods.labels },
        },
      ],
      ports: [{ protocol: 'TCP', port: 7070 }],
    });
  });

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
