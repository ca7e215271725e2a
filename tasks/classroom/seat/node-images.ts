// Which nodes have the image of the seats, and whether it is the same one on all of them.
import { listed } from '../../core/screen/listed.ts';
import { fullName } from '../../images/name.ts';
import type { ClusterNode } from '../../spark/pod.ts';
import { lookAtRoom } from '../../spark/sizes/room.ts';
import type { Context } from '../../steps/types.ts';
import { takesSeats } from '../node-look.ts';

/** All names that a node has for the image; undefined if the node does not have it. */
const namesOn = ({ status }: ClusterNode, image: string): readonly string[] | undefined =>
  (status?.images ?? []).find(({ names }) => names?.includes(fullName(image)))?.names;

/** `sha256:…` of `registry/name@sha256:…`; undefined of any other name. */
export const digestOf = (name: string | undefined): string | undefined => /@(sha256:\w+)$/.exec(name ?? '')?.[1];

interface Look {
  /** How many nodes seats may come to. */
  all: number;
  /** Digests of the image, by the names of the nodes that have it. */
  digests: Map<string, string>;
  /** Names of the nodes that have to pull: they do not say that they have the image, or two of them differ in it. */
  pulling: string[];
}

/** Nodes keep an image under a tag that has moved since. */
export const differ = (digests: ReadonlyMap<string, string>): boolean => new Set(digests.values()).size > 1;

/** What the nodes that seats may come to say of the image. */
export async function lookAtNodes({ kube, profile }: Context, image: string): Promise<Look> {
  const room = await lookAtRoom(kube, profile.namespace);
  const nodes = room.nodes.filter(({ isOpen, node }) => isOpen && takesSeats(node)).map(({ node }) => node);
  // The same image can have names of other repositories, too.
  const repository = fullName(image).replace(/:[^:/]*$/, '');
  const digests = new Map<string, string>();
  for (const node of nodes) {
    const named = namesOn(node, image)
      ?.filter((name) => name.startsWith(`${repository}@`))
      .sort();
    const digest = digestOf(named?.[0]);
    if (digest) digests.set(node.metadata.name, digest);
  }
  const pulling = nodes.filter((node) => differ(digests) || !namesOn(node, image)).map(({ metadata }) => metadata.name);
  return { all: nodes.length, digests, pulling: pulling.sort() };
}

/** `sha256:0123456789ab on node-1`, of each node. */
export const shownDigests = (digests: ReadonlyMap<string, string>): string =>
  listed(
    [...digests].map(([node, digest]) => `${digest.slice(0, 'sha256:'.length + 12)} on ${node}`),
    5,
  );
