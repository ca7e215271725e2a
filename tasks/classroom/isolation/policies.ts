// The NetworkPolicies of a seat: the places its pods can reach, and who can reach them.
import { managedBy } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';

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
  /** Addresses of name servers that are no pods of kube-dns, such as a cache on each node. */
  nameServers?: readonly string[];
  /** Lets pods reach the internet, which is all but these networks; left out, pods do not reach it. */
  outside?: { except: readonly string[] };
}

/** Ports of a seat that the door opens: the notebook server, and the pages of Spark applications. */
const doorPorts = [
  { protocol: 'TCP', port: 8888 },
  { protocol: 'TCP', port: 4040, endPort: 4059 },
] as const;

/** Where clouds hand out what their machines may do: link-local, Alibaba Cloud, Azure, and by IPv6 AWS and Google Cloud. */
const metadata = ['169.254.0.0/16', '100.100.100.200/32', '168.63.129.16/32', 'fe80::/10', 'fd00::/8'];

const isIpv6 = (network: string): boolean => network.includes(':');

/** The network of one address. */
export const onlyAddress = (address: string): string => `${address}/${isIpv6(address) ? 128 : 32}`;

/** Students set the labels of pods and may set none of namespaces: this one the API server itself sets. */
const inNamespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

const dnsPorts = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));

const block = (cidr: string, except: readonly string[] = []) => ({
  ipBlock: { cidr, ...(except.length > 0 ? { except: [...except] } : {}) },
});

/** All addresses of IPv4, and of IPv6 if the cluster speaks it, but those of metadata and of these networks. */
function allBut(networks: readonly string[]): object[] {
  const closed = [...new Set([...metadata, ...networks])].sort();
  const all = networks.some(isIpv6) ? ['0.0.0.0/0', '::/0'] : ['0.0.0.0/0'];
  return all.map((cidr) =>
    block(
      cidr,
      closed.filter((network) => isIpv6(network) === isIpv6(cidr)),
    ),
  );
}

/** One rule for each port of the API server. */
function apiRules(api: readonly Endpoint[]): object[] {
  const ports = [...new Set(api.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port) => ({
    to: api
      .filter((one) => one.port === port)
      .map(({ address }) => onlyAddress(address))
      .sort()
      .map((cidr) => block(cidr)),
    ports: [{ protocol: 'TCP', port }],
  }));
}

/** All of a seat: closed both ways but for its own namespace, names, the API server, the door, and the outside if wanted. */
export function seatPolicies({ namespace, door, api, nameServers = [], outside }: SeatNetwork): Manifest[] {
  const policy = (name: string, spec: object): Manifest => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: { ...managedBy } },
    spec: { podSelector: {}, ...spec },
  });
  const own = [{ podSelector: {} }];
  const kubeDns = { ...inNamespace('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
  const names = [kubeDns, ...nameServers.map(onlyAddress).map((cidr) => block(cidr))];
  return [
    policy('seat-closed', { policyTypes: ['Ingress', 'Egress'] }),
    policy('seat-own', { policyTypes: ['Ingress', 'Egress'], ingress: [{ from: own }], egress: [{ to: own }] }),
    policy('seat-names', { policyTypes: ['Egress'], egress: [{ to: names, ports: dnsPorts }] }),
    policy('seat-api', { policyTypes: ['Egress'], egress: apiRules(api) }),
    policy('seat-door', {
      policyTypes: ['Ingress'],
      ingress: [{ from: [inNamespace(door)], ports: doorPorts.map((port) => ({ ...port })) }],
    }),
    ...(outside ? [policy('seat-outside', { policyTypes: ['Egress'], egress: [{ to: allBut(outside.except) }] })] : []),
  ];
}
