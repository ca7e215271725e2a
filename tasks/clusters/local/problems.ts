// What about a profile or this machine keeps a local cluster from running: all of it at once, before anything is changed.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../../lib/schema.ts';
import type { Exec } from '../../lib/types.ts';
import { otherNamesake } from '../ours.ts';
import { binariesProblem } from './binaries.ts';
import { isOverlapping, layoutOf, usedNetworks } from './layout.ts';
import { registryProblems } from './registries.ts';

const elsewhere = 'take --profile context with a cluster you have';

export async function localProblems(profile: Profile, read: Exec): Promise<string[]> {
  if (process.platform !== 'linux') return [`a local cluster needs Linux, this is ${process.platform}: ${elsewhere}`];
  const problems = [
    await rootProblem(read),
    binariesProblem(profile),
    await sizeProblem(profile, read),
    ...otherNamesake(profile),
    ...registryProblems(profile.local.registries),
    ...(await networkProblems(profile, read)),
  ];
  return problems.filter((problem) => problem !== undefined);
}

async function rootProblem(read: Exec): Promise<string | undefined> {
  try {
    // Making namespaces is the right that a container without privileges lacks.
    await read(['unshare', '--mount', '--pid', '--fork', 'true'], { asRoot: true });
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `a local cluster needs root, or sudo that does not ask, with the right to make namespaces (${reason}): ${elsewhere}`;
  }
}

/** A cluster keeps the nodes it was made with: each has keys and a place in the network. */
async function sizeProblem(profile: Profile, read: Exec): Promise<string | undefined> {
  const { folder, kubeconfig } = await layoutOf(profile, read);
  if (!existsSync(kubeconfig)) return undefined;
  const made = readdirSync(join(folder, 'nodes')).length;
  if (made === profile.local.nodes) return undefined;
  return `local.nodes is ${profile.local.nodes}, cluster ${profile.clusterName} was made with ${made}: destroy it first, or take another clusterName`;
}

async function networkProblems(profile: Profile, read: Exec): Promise<string[]> {
  const { podSubnet, serviceSubnet, nodeNetwork } = profile.local;
  const layout = await layoutOf(profile, read);
  const own = [
    ['local.nodeNetwork', layout.nodeNetwork],
    ['local.podSubnet', podSubnet],
    ['local.serviceSubnet', serviceSubnet],
    ['the way out', layout.outsideNetwork],
  ] as const;
  const overlaps = own.flatMap(([name, network], index) =>
    own
      .slice(index + 1)
      .filter(([, other]) => isOverlapping(network, other))
      .map(([otherName, other]) => `${name} ${network} overlaps ${otherName} ${other}: choose another network`),
  );
  // A cluster that exists keeps its network, whatever else uses that now.
  if (existsSync(layout.kubeconfig)) return overlaps;
  const used = (await usedNetworks(profile.clusterName, read)).filter((other) =>
    isOverlapping(layout.nodeNetwork, other),
  );
  const choice = nodeNetwork ? 'choose another, or leave it out' : 'choose another';
  return [
    ...overlaps,
    ...used.map((other) => `local.nodeNetwork ${layout.nodeNetwork} is in use on this machine (${other}): ${choice}`),
  ];
}
