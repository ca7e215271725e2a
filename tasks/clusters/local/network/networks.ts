// Chooses the networks of a local cluster: its present ones, those of the profile, or the first free ones.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { addressOf, numberOf } from '../../../core/network/addresses.ts';
import { proxiesOf } from '../../../core/network/proxy.ts';
import { dataPath } from '../../../core/paths.ts';
import { tryTurn, turnName } from '../../../core/turn.ts';
import type { Exec } from '../../../core/types.ts';
import { nameServersIn } from '../../../coredns/upstreams.ts';
import type { Profile } from '../../../profile/schema.ts';

/** Each as in 198.18.7.0/24. */
export interface Networks {
  /** Host and nodes; the only one that the host sees. */
  nodeNetwork: string;
  podSubnet: string;
  serviceSubnet: string;
  /** The user-mode network that leads outside. */
  outsideNetwork: string;
}

/** A network that is taken on this machine. */
export interface UsedNetwork {
  network: string;
  /** Whether a cluster of firesteel has it. */
  isOurs: boolean;
}

/** Where networks come from unless the profile says so. RFC 2544, twice RFC 1918, RFC 6598. */
const ranges = ['198.18.0.0/15', '10.198.0.0/15', '172.30.0.0/15', '100.126.0.0/15'] as const;

/** Whether two networks such as 10.0.0.0/8 and 10.1.0.0/16 share an address; a plain address counts as /32. */
export function isOverlapping(one: string, other: string): boolean {
  const [addressA = '', lengthA = '32'] = one.split('/');
  const [addressB = '', lengthB = '32'] = other.split('/');
  const size = 2 ** (32 - Math.min(Number(lengthA), Number(lengthB)));
  return Math.floor(numberOf(addressA) / size) === Math.floor(numberOf(addressB) / size);
}

/** A range cut up: nodes' networks and the way out in its lower half, pods and services in its upper one. */
function cut(range: string) {
  const [address = '', length = '0'] = range.split('/');
  const first = numberOf(address);
  const half = 2 ** (31 - Number(length));
  const slash24 = 256;
  return {
    nodeNetworks: Array.from({ length: half / slash24 - 1 }, (_, i) => `${addressOf(first + i * slash24)}/24`),
    outsideNetwork: `${addressOf(first + half - slash24)}/24`,
    podSubnet: `${addressOf(first + half)}/${Number(length) + 2}`,
    serviceSubnet: `${addressOf(first + half + half / 2)}/20`,
  };
}

const claimFile = (cluster: string): string => join(dataPath('clusters'), cluster, 'node-network');

/** The networks that a cluster was made with; undefined if there is no such cluster. */
export function claimedNetworks(cluster: string): Networks | undefined {
  if (!existsSync(claimFile(cluster))) return undefined;
  const { podSubnet, serviceSubnet, outsideNetwork } = cut(ranges[0]);
  const [nodes = '', pods = podSubnet, services = serviceSubnet, outside = outsideNetwork] = readFileSync(
    claimFile(cluster),
    'utf8',
  ).split('\n');
  return { nodeNetwork: nodes, podSubnet: pods, serviceSubnet: services, outsideNetwork: outside };
}

/** The file that keeps a cluster's networks as long as the cluster exists. */
export const networkClaim = (cluster: string, networks: Networks) => ({
  path: claimFile(cluster),
  content: [networks.nodeNetwork, networks.podSubnet, networks.serviceSubnet, networks.outsideNetwork].join('\n'),
});

function otherClusters(cluster: string): string[] {
  const folder = dataPath('clusters');
  return existsSync(folder) ? readdirSync(folder).filter((other) => other !== cluster) : [];
}

/** Networks that this process holds. */
const ownHolds = new Set<string>();
const turnAt = (network: string): string => `networks/${network}`;

/**
 * Keeps a network for the cluster that this process brings up, until the process ends: no route shows the network before
 * the node runs. Returns the holder if another process has the network.
 */
export async function holdNetwork(network: string): Promise<string | undefined> {
  if (ownHolds.has(network)) return undefined;
  const turn = await tryTurn(turnAt(network));
  if ('holder' in turn) return turn.holder;
  ownHolds.add(network);
  return undefined;
}

/** Tunnels set theirs as 0.0.0.0/1 and 128.0.0.0/1, or in more parts; a network of ours is nearer than any of these. */
const isDefaultRoute = (dst: string): boolean => dst === 'default' || /\/[0-7]$/.test(dst);

/** Name servers and proxies that this machine asks by address: with a network of ours around them, no name would resolve. */
async function askedAddresses(read: Exec): Promise<string[]> {
  const { http, https } = proxiesOf();
  const servers = nameServersIn(await read(['cat', '/etc/resolv.conf']).catch(() => ''));
  return [...servers, http?.hostname ?? '', https?.hostname ?? ''].filter((address) => isIPv4(address));
}

/** Networks that the host routes to, in any of its tables, or needs, and that other clusters hold; `link` is this cluster's own. */
export async function usedNetworks(cluster: string, link: string, read: Exec): Promise<UsedNetwork[]> {
  // Before its packages are installed a machine may lack ip; nothing of ours uses a network then.
  const found = await read(['ip', '-4', '-json', 'route', 'show', 'table', 'all']).catch(() => '');
  const routes = JSON.parse(found || '[]') as { dst: string; dev?: string }[];
  const routed = routes
    .filter(({ dst, dev }) => !isDefaultRoute(dst) && dev !== link)
    .map(({ dst, dev }) => ({ network: dst, isOurs: dev?.startsWith('fs-') ?? false }));
  const claimed = [...otherClusters(cluster), cluster].flatMap((name) => {
    const network = claimedNetworks(name)?.nodeNetwork;
    return network ? [{ name, network, isOurs: true }] : [];
  });
  // A proxy of this machine may listen at its end of the link to the nodes.
  const ours = [...routed, ...claimed].filter(({ isOurs }) => isOurs);
  const asked = (await askedAddresses(read)).filter(
    (address) => !ours.some(({ network }) => isOverlapping(network, address)),
  );
  return [
    ...routed,
    ...asked.map((network) => ({ network, isOurs: false })),
    ...claimed.filter(({ name }) => name !== cluster).map(({ network, isOurs }) => ({ network, isOurs })),
  ];
}

/** Answers for one run: without a network each takes seconds. */
const asked = new WeakMap<Exec, Promise<string[]>>();

/** Addresses that this machine has for a name outside: proxies such as Clash and sing-box hand out addresses that they invent. */
function namedAddresses(read: Exec): Promise<string[]> {
  const before = asked.get(read);
  if (before) return before;
  const look = read(['timeout', '2', 'getent', 'ahostsv4', 'example.com']).catch(() => '');
  const addresses = look.then((lines) => [...lines.matchAll(/^[\d.]+/gm)].map(([address]) => address));
  asked.set(read, addresses);
  return addresses;
}

/** The networks for a cluster that is yet to be made. */
export async function chooseNetworks(profile: Profile, link: string, read: Exec): Promise<Networks> {
  const { range, nodeNetwork, podSubnet, serviceSubnet } = profile.local;
  const used = await usedNetworks(profile.clusterName, link, read);
  const strange = [
    ...used.filter(({ isOurs }) => !isOurs).map(({ network }) => network),
    ...(await namedAddresses(read)),
  ];
  // Who uses a part of a range may use another part later, as proxies do that make up addresses.
  const free = ranges.find((one) => !strange.some((other) => isOverlapping(one, other)));
  const { nodeNetworks, ...rest } = cut(range ?? free ?? ranges[0]);
  const sockets = await read(['cat', '/proc/net/unix']).catch(() => '');
  const isHeld = (one: string) => !ownHolds.has(one) && sockets.includes(turnName(turnAt(one)));
  const isFree = (one: string) => !isHeld(one) && !used.some(({ network }) => isOverlapping(one, network));
  return {
    ...rest,
    ...(podSubnet ? { podSubnet } : {}),
    ...(serviceSubnet ? { serviceSubnet } : {}),
    nodeNetwork: nodeNetwork ?? nodeNetworks.find(isFree) ?? nodeNetworks[0] ?? '',
  };
}
