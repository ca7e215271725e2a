// Finds everything in a profile or on this machine that keeps a local cluster from running.
import { existsSync, readFileSync } from 'node:fs';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { type Preflight, problemsOf } from '../../steps/check.ts';
import { nameCheck, namesakes } from '../namesakes.ts';
import { nodeProblems } from './changes.ts';
import { registryProblems } from './images/registries.ts';
import { isMade, type Layout, layoutOf, nodesThere } from './layout.ts';
import {
  cgroupProblems,
  diskProblems,
  elsewhere,
  executionProblems,
  isLinkUp,
  kernelLogProblems,
  rootProblem,
  routeProblems,
  routeRemedies,
} from './machine.ts';
import { claimedNetworks, isOverlapping, type Networks, type UsedNetwork, usedNetworks } from './network/networks.ts';
import { findNode, hasHostLink, hiddenProcesses } from './node/nodes.ts';
import { binariesProblem } from './programs/binaries.ts';

const affects = 'deploy and every verb that starts a local cluster';

/** A preflight that looks at where the cluster is or will be. */
const onLayout =
  (problems: (layout: Layout, read: Exec) => Promise<string[]> | string[]): Preflight['problems'] =>
  async (profile, read) =>
    problems(await layoutOf(profile, read), read);

const areRunning = ({ nodes }: Layout): boolean => !hiddenProcesses() && nodes.every((node) => findNode(node));

/** A preflight of what starting nodes takes: nodes that run have it, even if this shell sees another part of the machine. */
const toStart =
  (problems: Preflight['problems']): Preflight['problems'] =>
  async (profile, read) => {
    const found = await problems(profile, read);
    return found.length > 0 && areRunning(await layoutOf(profile, read)) ? [] : found;
  };

/** What a local cluster needs, what everything else depends on first. */
export const localPreflights: readonly Preflight[] = [
  {
    name: 'system',
    title: 'Operating system',
    category: 'This machine',
    affects,
    isBasic: true,
    problems: () =>
      process.platform === 'linux' ? [] : [`a local cluster needs Linux, this is ${process.platform}: ${elsewhere}`],
  },
  {
    name: 'processes',
    title: 'Processes of root',
    category: 'This machine',
    affects,
    isBasic: true,
    problems: () => [hiddenProcesses() ?? []].flat(),
  },
  {
    name: 'root',
    title: 'Rights of root',
    category: 'This machine',
    affects,
    problems: (_profile, read) => rootProblem(read),
  },
  {
    name: 'cgroup',
    title: 'Control groups',
    category: 'This machine',
    affects,
    problems: toStart(() => cgroupProblems(readFileSync('/proc/mounts', 'utf8'))),
  },
  {
    name: 'kernel-log',
    title: 'Kernel log',
    category: 'This machine',
    affects,
    problems: toStart(() => kernelLogProblems()),
  },
  {
    name: 'noexec',
    title: 'Programs in the folders of clusters',
    category: 'This machine',
    affects,
    problems: toStart(onLayout((layout) => executionProblems(layout))),
  },
  {
    name: 'disk',
    title: 'Disk space of clusters',
    category: 'This machine',
    affects,
    problems: onLayout(diskProblems),
    remedies: async (profile, read) =>
      diskProblems(await layoutOf(profile, read)).length > 0 ? [{ command: ['firesteel', 'gc', '0s', '--cache'] }] : [],
  },
  {
    name: 'route',
    title: 'Route to the nodes',
    category: 'Network',
    affects: 'every verb that talks to a local cluster',
    problems: onLayout((layout, read) => (isLinkUp(layout) ? routeProblems(layout, read) : [])),
    remedies: async (profile, read) => routeRemedies(await layoutOf(profile, read), read),
  },
  {
    name: 'releases',
    title: 'Programs of Kubernetes',
    category: 'Programs',
    affects,
    problems: (profile) => [binariesProblem(profile) ?? []].flat(),
  },
  {
    name: 'nodes-made',
    title: 'Number of nodes',
    category: 'Cluster',
    affects,
    problems: (profile) => [sizeProblem(profile) ?? []].flat(),
  },
  {
    ...nameCheck,
    problems: async (profile, read) => [...namesakes(profile), ...(await onLayout(linkProblems)(profile, read))],
  },
  {
    name: 'mirrors',
    title: 'Registries of nodes',
    category: 'Network',
    affects: 'pods with images from registries',
    problems: ({ local }) => registryProblems(local.registries),
  },
  {
    name: 'networks',
    title: 'Networks of the cluster',
    category: 'Network',
    affects,
    problems: async (profile, read) => networkProblems(profile, await layoutOf(profile, read), read),
  },
  { name: 'nodes-changed', title: 'Settings of nodes', category: 'Cluster', affects, problems: nodeProblems },
];

export const localProblems = (profile: Profile, read: Exec): Promise<string[]> =>
  problemsOf(localPreflights, profile, read);

/** A cluster keeps the nodes it was made with: each has keys and a place in the network. */
function sizeProblem({ clusterName, local }: Profile): string | undefined {
  const made = nodesThere(clusterName).length;
  // One that was not made to the end may still get more.
  if (made === local.nodes || made === 0 || (made < local.nodes && !isMade(clusterName))) return undefined;
  return `local.nodes is ${local.nodes}, cluster ${clusterName} was created with ${made}: set local.nodes=${made}, or choose another clusterName; to change the number, first remove the cluster: firesteel destroy`;
}

async function networkProblems(profile: Profile, layout: Layout, read: Exec): Promise<string[]> {
  const own = [
    ['nodeNetwork', layout.nodeNetwork],
    ['podSubnet', layout.podSubnet],
    ['serviceSubnet', layout.serviceSubnet],
    ['outsideNetwork', layout.outsideNetwork],
  ] as const;
  const overlaps = own.flatMap(([key, network], index) =>
    own
      .slice(index + 1)
      .filter(([, other]) => isOverlapping(network, other))
      .map(
        ([otherKey, other]) => `${named[key]} ${network} overlaps ${named[otherKey]} ${other}: choose another network`,
      ),
  );
  const used = await usedNetworks(profile.clusterName, layout.hostLink, read);
  const claimed = claimedNetworks(profile.clusterName);
  if (claimed) return [...overlaps, ...madeOtherwise(profile, claimed), ...takenSince(layout, used)];
  const taken = own.flatMap(([key, network]) => {
    // Only the network of nodes is seen outside of a cluster.
    const others = key === 'nodeNetwork' ? used : used.filter(({ isOurs }) => !isOurs);
    const choice = profile.local[key as 'nodeNetwork']
      ? 'choose another network, or remove the key'
      : 'choose another local.range';
    const other = others.find((one) => isOverlapping(network, one.network));
    return other ? [`${named[key]} ${network} is in use on this machine (${other.network}): ${choice}`] : [];
  });
  return [...overlaps, ...taken];
}

/** What each network is called where a profile's user reads of it. */
const named: Record<keyof Networks, string> = {
  nodeNetwork: 'local.nodeNetwork',
  podSubnet: 'local.podSubnet',
  serviceSubnet: 'local.serviceSubnet',
  outsideNetwork: 'the outside network',
};

/** Certificates, pods and services have the addresses that a cluster was made with. */
function madeOtherwise({ clusterName, local }: Profile, claimed: Networks): string[] {
  const { range, nodeNetwork, podSubnet, serviceSubnet } = local;
  const asked = [
    ['range', range, range && isOverlapping(range, claimed.outsideNetwork) ? range : claimed.outsideNetwork],
    ['nodeNetwork', nodeNetwork, claimed.nodeNetwork],
    ['podSubnet', podSubnet, claimed.podSubnet],
    ['serviceSubnet', serviceSubnet, claimed.serviceSubnet],
  ] as const;
  return asked
    .filter(([, wanted, made]) => wanted !== undefined && wanted !== made)
    .map(
      ([key, wanted, made]) =>
        `local.${key} is ${wanted}, cluster ${clusterName} was created with ${made}: destroy that cluster first, or choose another clusterName`,
    );
}

/** A cluster that runs keeps its network, whatever else uses that now; one that is down cannot have it again. */
function takenSince({ name, nodeNetwork, nodes }: Layout, used: UsedNetwork[]): string[] {
  if (nodes.some((node) => findNode(node))) return [];
  const other = used.find(({ network }) => isOverlapping(nodeNetwork, network));
  return other
    ? [
        `cluster ${name} is stopped, and its network ${nodeNetwork} is in use (${other.network}): destroy that cluster first`,
      ]
    : [];
}

/** A cluster of the same name in another data folder, such as that of another user, has the same link and cgroups. */
async function linkProblems(layout: Layout, read: Exec): Promise<string[]> {
  const { name, hostLink, folder } = layout;
  if (existsSync(folder) || !(await hasHostLink(layout, read))) return [];
  return [
    `a cluster ${name} of another user or data folder runs on this machine (network link ${hostLink}): choose another clusterName`,
  ];
}
