// The NetworkPolicies of a seat: the places its pods can reach, and who can reach them.
import { managedBy } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';
import { cacheLabel } from './name-servers.ts';

/** An address and a port over TCP. */
export interface Endpoint {
  address: string;
  port: number;
}

/** What a seat's policies depend on. */
export interface SeatNetwork {
  namespace: string;
  /** Namespace of the door. */
  door: string;
  /** Where the API server really listens: policies are asked after a service's address became that of its endpoint. */
  api: readonly Endpoint[];
  /** Addresses of a cache for names on each node. */
  nameServers?: readonly string[];
  /** Lets pods reach the internet, which is all but private networks and these; left out, pods do not reach it. */
  outside?: { except: readonly string[] };
  /** Private networks that pods reach all the same. */
  networks?: readonly string[];
  /** Servers in private networks that pods need, such as that of a storage. */
  servers?: readonly Endpoint[];
  /** Pods of another namespace that pods need: the S3 server. */
  pods?: { namespace: string; labels: Readonly<Record<string, string>>; port: number };
}

/** Ports of a seat that the door opens: the notebook server, and the pages of Spark applications. */
const doorPorts = [
  { protocol: 'TCP', port: 8888 },
  { protocol: 'TCP', port: 4040, endPort: 4059 },
] as const;

/** Where clouds hand out what their machines may do, but for addresses in private networks: Azure. */
const metadata = ['168.63.129.16/32'];

/**
 * Networks of schools and machines, with the metadata of all other clouds, by RFC 1918, 2544, 3927, 4193, 4291 and 6598.
 * In that of RFC 2544 the teacher's machine has an address beside the nodes of a local cluster.
 */
export const privateNetworks = [
  ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ...['198.18.0.0/15', 'fc00::/7', 'fe80::/10'],
];

const isIpv6 = (network: string): boolean => network.includes(':');

/** The network of one address. */
export const onlyAddress = (address: string): string => `${address}/${isIpv6(address) ? 128 : 32}`;

/** Students set the labels of pods and may set none of namespaces: this one the API server itself sets. */
const inNamespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

const dnsPorts = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));

const block = (cidr: string, except: readonly string[] = []) => ({
  ipBlock: { cidr, ...(except.length > 0 ? { except: [...except] } : {}) },
});

/** All addresses of IPv4, and of IPv6 if the cluster speaks it, but private ones, metadata and these networks. */
function allBut(networks: readonly string[]): object[] {
  const closed = [...new Set([...metadata, ...privateNetworks, ...networks])].sort();
  const all = networks.some(isIpv6) ? ['0.0.0.0/0', '::/0'] : ['0.0.0.0/0'];
  return all.map((cidr) =>
    block(
      cidr,
      closed.filter((network) => isIpv6(network) === isIpv6(cidr)),
    ),
  );
}

/** One rule for each port of these servers. */
function serverRules(servers: readonly Endpoint[]): object[] {
  const ports = [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port) => ({
    to: servers
      .filter((one) => one.port === port)
      .map(({ address }) => onlyAddress(address))
      .sort()
      .map((cidr) => block(cidr)),
    ports: [{ protocol: 'TCP', port }],
  }));
}

/** Without a rule a policy opens nothing. It stands all the same: what it opened before is closed by it. */
const open = (egress: object[]) => ({ policyTypes: ['Egress'], ...(egress.length > 0 ? { egress } : {}) });

/** All of a seat: closed both ways but for its own namespace, names, the API server, the door, and what is wanted outside. */
export function seatPolicies(network: SeatNetwork): Manifest[] {
  const { namespace, door, api, nameServers = [], outside, networks = [], servers = [], pods } = network;
  const policy = (name: string, spec: object): Manifest => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: { ...managedBy } },
    spec: { podSelector: {}, ...spec },
  });
  const own = [{ podSelector: {} }];
  const inSystem = (labels: object) => ({ ...inNamespace('kube-system'), podSelector: { matchLabels: labels } });
  const names = [
    inSystem({ 'k8s-app': 'kube-dns' }),
    // Some clusters lead to the pods of the cache, others answer at addresses of the node.
    ...(nameServers.length > 0 ? [inSystem(cacheLabel)] : []),
    ...nameServers.map(onlyAddress).map((cidr) => block(cidr)),
  ];
  return [
    policy('seat-closed', { policyTypes: ['Ingress', 'Egress'] }),
    policy('seat-own', { policyTypes: ['Ingress', 'Egress'], ingress: [{ from: own }], egress: [{ to: own }] }),
    policy('seat-names', { policyTypes: ['Egress'], egress: [{ to: names, ports: dnsPorts }] }),
    policy('seat-api', { policyTypes: ['Egress'], egress: serverRules(api) }),
    policy('seat-door', {
      policyTypes: ['Ingress'],
      ingress: [{ from: [inNamespace(door)], ports: doorPorts.map((port) => ({ ...port })) }],
    }),
    policy('seat-outside', open(outside ? [{ to: allBut(outside.except) }] : [])),
    policy(
      'seat-private',
      open([
        ...networks.map((cidr) => ({ to: [block(cidr)] })),
        ...serverRules(servers),
        ...(pods
          ? [
              {
                to: [{ ...inNamespace(pods.namespace), podSelector: { matchLabels: { ...pods.labels } } }],
                ports: [{ protocol: 'TCP', port: pods.port }],
              },
            ]
          : []),
      ]),
    ),
  ];
}
