// Names, addresses and folders of a local cluster, in one place.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, numberOf } from '../../core/network/addresses.ts';
import { dataPath } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { chooseNetworks, claimedNetworks, type Networks } from './network/networks.ts';
import { binariesFolder } from './programs/binaries.ts';

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

export interface Layout extends Networks {
  name: string;
  folder: string;
  /** The address of the host's end of the link, in the same network as the nodes. */
  hostAddress: string;
  /** The one network link that the host sees. */
  hostLink: string;
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
/** Only programs of ours listen at the resolver's address, so any port will do. */
const resolverPort = 5318;
/** Link names have at most 15 bytes (IFNAMSIZ). */
const longestLink = 15;

export const clusterFolder = (name: string): string => dataPath('clusters', name);

/** The address with its last number set, as in 198.18.7.0/24 and 2: 198.18.7.2. */
export const addressIn = (network: string, last: number): string =>
  `${network.split('/')[0]?.split('.').slice(0, 3).join('.')}.${last}`;

/** Those within the way out, by slirp4netns' own choice: https://github.com/rootless-containers/slirp4netns */
export const outsideAddresses = ({ outsideNetwork }: Pick<Networks, 'outsideNetwork'>) => ({
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

/**
 * The part of the pod network that a node has, as large as all of them can be. A pod's address comes again after all
 * others of its node: while a finished pod still shows it, a new one would be taken for that.
 */
function podCidr(podSubnet: string, number: number, nodes: number): string {
  const [address = '', length = '0'] = podSubnet.split('/');
  const own = Number(length) + Math.ceil(Math.log2(nodes));
  const first = numberOf(address) - (numberOf(address) % addressesIn(podSubnet));
  return `${addressOf(first + (number - 1) * 2 ** (32 - own))}/${own}`;
}

/** How many addresses a network has. */
export const addressesIn = (network: string): number => 2 ** (32 - Number(network.split('/')[1]));

function nodeLayout(profile: Profile, { nodeNetwork, podSubnet }: Networks, number: number, nodes: number): NodeLayout {
  const name = `${profile.clusterName}-${number}`;
  return {
    number,
    name,
    address: addressIn(nodeNetwork, number + 1),
    podCidr: podCidr(podSubnet, number, nodes),
    folder: join(clusterFolder(profile.clusterName), 'nodes', String(number)),
    cgroup: `firesteel/${name}`,
  };
}

/** The numbers of the nodes that have a folder, whatever the profile says now. */
export function nodesThere(name: string): number[] {
  const folder = join(clusterFolder(name), 'nodes');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((one) => /^[1-9]$/.test(one))
    .map(Number)
    .sort();
}

/** Most nodes of a cluster. */
const mostNodes = 9;

/** Every node that a cluster of this profile can have, whether it is there or not. */
export const possibleNodes = (profile: Profile, networks: Networks): NodeLayout[] =>
  Array.from({ length: mostNodes }, (_, index) => nodeLayout(profile, networks, index + 1, mostNodes));

/** Whether the cluster was made to the end: its nodes are those that it has. */
export const isMade = (name: string): boolean => existsSync(kubeconfigOf(name));

const kubeconfigOf = (name: string): string => join(clusterFolder(name), 'kubeconfig');

/** Those that the cluster has; until its creation is complete, also those that the profile asks for. */
function nodeNumbers({ clusterName, local }: Profile): number[] {
  const there = nodesThere(clusterName);
  if (isMade(clusterName) && there.length > 0) return there;
  const asked = Array.from({ length: local.nodes }, (_, index) => index + 1);
  return [...new Set([...asked, ...there])].sort();
}

/** Where a cluster of this profile is, once its networks are known. */
export function layoutOn(profile: Profile, networks: Networks): Layout {
  const { nodeNetwork, serviceSubnet } = networks;
  const folder = clusterFolder(profile.clusterName);
  const numbers = nodeNumbers(profile);
  const nodes = numbers.map((number) => nodeLayout(profile, networks, number, Math.max(...numbers)));
  return {
    name: profile.clusterName,
    folder,
    hostAddress: addressIn(nodeNetwork, 1),
    hostLink: linkName(profile.clusterName),
    ...networks,
    resolver: { address: addressIn(nodeNetwork, 254), port: resolverPort },
    upstreamDns: profile.dns.upstream ?? [outsideAddresses(networks).dns],
    server: `https://${addressIn(nodeNetwork, 2)}:${apiPort}`,
    apiService: addressIn(serviceSubnet, 1),
    dnsService: addressIn(serviceSubnet, 10),
    kubeconfig: kubeconfigOf(profile.clusterName),
    binaries: binariesFolder(profile),
    volumes: join(folder, 'volumes'),
    nodes,
  };
}

/** Networks that a run chose, by profile: each look for free ones starts three programs. */
const chosen = new WeakMap<Exec, Map<string, Promise<Networks>>>();

function chosenNetworks(profile: Profile, read: Exec): Promise<Networks> {
  const { clusterName, local } = profile;
  const key = JSON.stringify([clusterName, local.range, local.nodeNetwork, local.podSubnet, local.serviceSubnet]);
  const ofRun = chosen.get(read) ?? new Map<string, Promise<Networks>>();
  chosen.set(read, ofRun);
  const networks = ofRun.get(key) ?? chooseNetworks(profile, linkName(clusterName), read);
  ofRun.set(key, networks);
  return networks;
}

/**
 * Where this profile's cluster is or will be: with the networks it was made with, those of the profile, or free ones, the
 * same for a whole run. Nodes are looked at each time: a step before makes or removes some.
 */
export const layoutOf = async (profile: Profile, read: Exec): Promise<Layout> =>
  layoutOn(profile, claimedNetworks(profile.clusterName) ?? (await chosenNetworks(profile, read)));

/** The same with networks that are free now: another run may have taken those of the layout. */
export function layoutNow(profile: Profile, read: Exec): Promise<Layout> {
  chosen.delete(read);
  return layoutOf(profile, read);
}
