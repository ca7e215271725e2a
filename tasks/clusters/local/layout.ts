// Names, addresses and folders of a local cluster: one place that knows where everything is.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataPath } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Exec } from '../../lib/types.ts';
import { binariesFolder } from './binaries.ts';

export interface NodeLayout {
  /** Counted from 1; the first one also runs the control plane. */
  number: number;
  /** As Kubernetes knows it. */
  name: string;
  address: string;
  /** Addresses of its pods. */
  podCidr: string;
  /** Everything it keeps; seen as /run/node from inside. */
  folder: string;
  /** Its cgroup below the mount of every hierarchy. */
  cgroup: string;
}

export interface Layout {
  name: string;
  folder: string;
  /** The address of the host's end of the link, in the same network as the nodes. */
  hostAddress: string;
  /** The one network link that the host sees. */
  hostLink: string;
  nodeNetwork: string;
  podSubnet: string;
  serviceSubnet: string;
  /** Addresses of the user-mode network that leads outside. */
  outsideNetwork: string;
  /** Where the host answers names of the outside world, by whatever name servers it has. */
  resolver: { address: string; port: number };
  /** Name server for names outside the cluster, as pods and nodes see it. */
  upstreamDns: string[];
  /** Where the API server listens, as `https://198.18.0.2:6443`. */
  server: string;
  /** Address of the API server's own service. */
  apiService: string;
  dnsService: string;
  kubeconfig: string;
  /** The folder of the programs that nodes run. */
  binaries: string;
  /** What claims are given, by all nodes alike. */
  volumes: string;
  nodes: NodeLayout[];
}

/** Port of the API server, upstream's own default. */
export const apiPort = 6443;
const outsideNetwork = '198.18.255.0/24';
/** Only programs of ours listen at the resolver's address, so any port will do. */
const resolverPort = 5318;
/** Link names have at most 15 bytes (IFNAMSIZ). */
const longestLink = 15;

export const clusterFolder = (name: string): string => dataPath('clusters', name);

/** The address with its last number set, as in 198.18.7.0/24 and 2: 198.18.7.2. */
export const addressIn = (network: string, last: number): string =>
  `${network.split('/')[0]?.split('.').slice(0, 3).join('.')}.${last}`;

/** Those within the way out, by slirp4netns' own choice: https://github.com/rootless-containers/slirp4netns */
export const outsideAddresses = ({ outsideNetwork }: Pick<Layout, 'outsideNetwork'>) => ({
  gateway: addressIn(outsideNetwork, 2),
  /** Name server; nodes turn what is sent there over to the resolver. */
  dns: addressIn(outsideNetwork, 3),
  node: addressIn(outsideNetwork, 100),
});

function linkName(name: string): string {
  const link = `fs-${name}`;
  if (link.length <= longestLink) return link;
  return `fs-${createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, longestLink - 3)}`;
}

/** A /24 of the pod network for each node. */
const podCidr = (podSubnet: string, number: number): string => {
  const [a, b, c] = (podSubnet.split('/')[0] ?? '').split('.').map(Number);
  return `${a}.${b}.${(c ?? 0) + number}.0/24`;
};

function nodeLayout(profile: Profile, nodeNetwork: string, number: number): NodeLayout {
  const name = `${profile.clusterName}-${number}`;
  return {
    number,
    name,
    address: addressIn(nodeNetwork, number + 1),
    podCidr: podCidr(profile.local.podSubnet, number - 1),
    folder: join(clusterFolder(profile.clusterName), 'nodes', String(number)),
    cgroup: `firesteel/${name}`,
  };
}

/** Where a cluster of this profile is, once its node network is known. */
export function layoutOn(profile: Profile, nodeNetwork: string): Layout {
  const { podSubnet, serviceSubnet } = profile.local;
  const folder = clusterFolder(profile.clusterName);
  const nodes = Array.from({ length: profile.local.nodes }, (_, index) => nodeLayout(profile, nodeNetwork, index + 1));
  return {
    name: profile.clusterName,
    folder,
    hostAddress: addressIn(nodeNetwork, 1),
    hostLink: linkName(profile.clusterName),
    nodeNetwork,
    podSubnet,
    serviceSubnet,
    outsideNetwork,
    resolver: { address: addressIn(nodeNetwork, 254), port: resolverPort },
    upstreamDns: profile.dns.upstream ?? [outsideAddresses({ outsideNetwork }).dns],
    server: `https://${addressIn(nodeNetwork, 2)}:${apiPort}`,
    apiService: addressIn(serviceSubnet, 1),
    dnsService: addressIn(serviceSubnet, 10),
    kubeconfig: join(folder, 'kubeconfig'),
    binaries: binariesFolder(profile),
    volumes: join(folder, 'volumes'),
    nodes,
  };
}

const claimFile = (name: string): string => join(clusterFolder(name), 'node-network');

function claimedNetwork(name: string): string | undefined {
  try {
    return readFileSync(claimFile(name), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The file that keeps a cluster's node network as long as the cluster exists. */
export const networkClaim = (layout: Layout) => ({
  path: claimFile(layout.name),
  content: `${layout.nodeNetwork}\n`,
});

function otherClusters(name: string): string[] {
  const folder = dataPath('clusters');
  return existsSync(folder) ? readdirSync(folder).filter((other) => other !== name) : [];
}

/** Tunnels set theirs as 0.0.0.0/1 and 128.0.0.0/1; a network of ours is nearer than any of these. */
const isDefaultRoute = (dst: string): boolean => dst === 'default' || /\/[01]$/.test(dst);

/** Networks that the host routes to and that other clusters hold. */
export async function usedNetworks(name: string, read: Exec): Promise<string[]> {
  // Before its packages are installed a machine may lack ip; nothing of ours uses a network then.
  const found = await read(['ip', '-json', 'route']).catch(() => '');
  const routes = JSON.parse(found || '[]') as { dst: string; dev?: string }[];
  const own = linkName(name);
  return [
    ...routes.filter((route) => !isDefaultRoute(route.dst) && route.dev !== own).map((route) => route.dst),
    ...otherClusters(name).flatMap((other) => claimedNetwork(other) ?? []),
  ];
}

const bits = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Whether two networks such as 10.0.0.0/8 and 10.1.0.0/16 share an address; a plain address counts as /32. */
export function isOverlapping(one: string, other: string): boolean {
  const [addressA = '', lengthA = '32'] = one.split('/');
  const [addressB = '', lengthB = '32'] = other.split('/');
  const size = 2 ** (32 - Math.min(Number(lengthA), Number(lengthB)));
  return Math.floor(bits(addressA) / size) === Math.floor(bits(addressB) / size);
}

/** Where this profile's cluster is or will be: its claimed network, the profile's, or the first free one. */
export async function layoutOf(profile: Profile, read: Exec): Promise<Layout> {
  const claimed = claimedNetwork(profile.clusterName);
  if (claimed) return layoutOn(profile, claimed);
  if (profile.local.nodeNetwork) return layoutOn(profile, profile.local.nodeNetwork);
  const used = await usedNetworks(profile.clusterName, read);
  for (let third = 0; third < 255; third += 1) {
    const network = `198.18.${third}.0/24`;
    if (!used.some((other) => isOverlapping(network, other))) return layoutOn(profile, network);
  }
  return layoutOn(profile, '198.18.0.0/24');
}
