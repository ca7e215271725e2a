// What about a profile or this machine keeps a local cluster from running: all of it at once, before anything is changed.
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { otherNamesake } from '../ours.ts';
import { nodeProblems } from './changes.ts';
import { registryProblems } from './images/registries.ts';
import { isMade, type Layout, layoutOf, nodesThere } from './layout.ts';
import { elsewhere, machineProblems } from './machine.ts';
import { claimedNetworks, isOverlapping, type Networks, type UsedNetwork, usedNetworks } from './network/networks.ts';
import { findNode } from './node/nodes.ts';
import { binariesProblem } from './programs/binaries.ts';

export async function localProblems(profile: Profile, read: Exec): Promise<string[]> {
  if (process.platform !== 'linux') return [`a local cluster needs Linux, this is ${process.platform}: ${elsewhere}`];
  const layout = await layoutOf(profile, read);
  const problems = [
    ...(await machineProblems(layout, read)),
    binariesProblem(profile),
    sizeProblem(profile),
    ...otherNamesake(profile),
    ...registryProblems(profile.local.registries),
    ...(await networkProblems(profile, layout, read)),
    ...(await nodeProblems(profile, read)),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** A cluster keeps the nodes it was made with: each has keys and a place in the network. */
function sizeProblem({ clusterName, local }: Profile): string | undefined {
  const made = nodesThere(clusterName).length;
  // One that was not made to the end may still get more.
  if (made === local.nodes || made === 0 || (made < local.nodes && !isMade(clusterName))) return undefined;
  return `local.nodes is ${local.nodes}, cluster ${clusterName} was created with ${made}: set local.nodes=${made}, destroy the cluster first, or choose another clusterName`;
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
      ? 'choose another, or remove the key'
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
