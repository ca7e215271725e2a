// Checks of the Spark image: built, present on nodes, and made for their processors.
import type { V1Node } from '@kubernetes/client-node';
import { counted } from '../../core/screen/counted.ts';
import { buildProblems } from '../../images/build-steps.ts';
import { isBuilt, sparkImage } from '../../images/image.ts';
import { fullName } from '../../images/name.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Profile } from '../../profile/schema.ts';
import { type Check, type Finding, findingOf, notAvailable, ok } from '../../steps/check.ts';
import type { Context } from '../../steps/types.ts';
import { onCluster } from './reach.ts';

/** A node with the images that its kubelet reports. */
export type ImageNode = KubeObject<V1Node>;
type Node = ImageNode;

/** Processors as Go and images name them. */
const goArchitecture: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ia32: '386', ppc64: 'ppc64le' };

/** Those that the image is built for: the profile's, or this machine's. */
const architectures = ({ image }: Profile): string[] =>
  image.platforms?.map((platform) => platform.split('/')[1] ?? '') ?? [goArchitecture[process.arch] ?? process.arch];

/** Nodes whose processors the image is not for. */
export function architectureFinding(nodes: readonly Node[], built: readonly string[]): Finding {
  const lines = nodes.flatMap(({ metadata: { name }, status }) => {
    const own = status?.nodeInfo?.architecture;
    return own === undefined || built.includes(own) ? [] : [`${name} is ${own}, the image is for ${built.join(', ')}`];
  });
  const all = [...new Set(nodes.map(({ status }) => status?.nodeInfo?.architecture))].join(', ');
  return findingOf('missing', lines, {
    fine: all,
    remedies: [{ text: 'set image.platforms and image.repository: one image for all processors' }],
  });
}

/** Whether a node's runtime has an image, as its kubelet reports. */
const hasImage = ({ status }: Node, reference: string): boolean =>
  (status?.images ?? []).some(({ names }) => names?.includes(fullName(reference)));

/** How many images a kubelet reports at most: nodeStatusMaxImages. */
const mostReported = 50;

/** Whether it is known that a node lacks an image. */
export const lacksImage = (node: Node, reference: string): boolean =>
  !hasImage(node, reference) && (node.status?.images?.length ?? 0) < mostReported;

/** Which nodes lack an image that no registry has. */
export function onNodesFinding(nodes: readonly Node[], reference: string): Finding {
  const lacking = nodes.filter((node) => !hasImage(node, reference));
  if (lacking.length === 0) return ok(`${reference} on ${counted(nodes.length, 'node')}`);
  if (lacking.some(({ status }) => (status?.images?.length ?? 0) >= mostReported))
    return notAvailable(`unknown: nodes report at most ${mostReported} images`);
  if (lacking.length === nodes.length) return notAvailable('no node has the image yet', ['firesteel', 'build']);
  return {
    state: 'partial',
    seen: `${lacking.map(({ metadata }) => metadata.name).join(', ')} lack${lacking.length === 1 ? 's' : ''} ${reference}`,
    remedies: [{ command: ['firesteel', 'build'] }],
  };
}

const nodesOf = async ({ kube }: Context): Promise<Node[]> =>
  (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as Node[];

const affects = 'submit and notebook';

export const imageChecks: readonly Check[] = [
  {
    name: 'image',
    title: 'Spark image',
    category: 'Image',
    affects,
    run: async ({ profile, read }) => {
      const problems = await buildProblems(profile, read);
      if (problems.length > 0) return findingOf('missing', problems, { fine: '' });
      const built = await isBuilt(profile, read);
      return built === false ? notAvailable('not built yet', ['firesteel', 'build']) : ok(built);
    },
  },
  {
    name: 'node-images',
    title: 'Spark image on nodes',
    category: 'Image',
    affects,
    run: onCluster(async (context) => {
      const reference = await sparkImage(context.profile);
      if (context.profile.image.repository) return notAvailable(`nodes pull ${reference}`);
      return onNodesFinding(await nodesOf(context), reference);
    }),
  },
  {
    name: 'architecture',
    title: 'Processors of nodes',
    category: 'Image',
    affects: 'submit: "exec format error"',
    run: onCluster(async (context) => architectureFinding(await nodesOf(context), architectures(context.profile))),
  },
];
