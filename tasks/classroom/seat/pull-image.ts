// Brings the image of the seats to each node before the class: else the first pod of a node waits for the pull.
import { Failure } from '../../core/failure.ts';
import { shortHash } from '../../core/files/hash.ts';
import { listed } from '../../core/screen/listed.ts';
import { until } from '../../core/wait.ts';
import { hindrance } from '../../coredns/proof.ts';
import { fullName } from '../../images/name.ts';
import { refOf } from '../../kube/ref.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import type { ClusterNode, Pod } from '../../spark/pod.ts';
import { lookAtRoom } from '../../spark/sizes/room.ts';
import type { Cluster } from '../../steps/cluster.ts';
import type { Context, SingleStep, Step } from '../../steps/types.ts';
import { classNamespace } from './labels.ts';
import { podOf } from './short-pod.ts';

/** Seconds for several gigabytes over a slow line. */
const patience = 900;

const label = 'firesteel/pulls-image';

const hasImage = ({ status }: ClusterNode, image: string): boolean =>
  (status?.images ?? []).some(({ names }) => names?.includes(fullName(image)));

/** Pods of a seat tolerate nothing. */
const takesSeats = ({ spec }: ClusterNode): boolean =>
  !spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule');

/** Nodes that seats may come to, and the names of those that do not say they have the image. */
async function lookAtNodes({ kube, profile }: Context, image: string): Promise<{ all: number; lacking: string[] }> {
  const room = await lookAtRoom(kube, profile.namespace);
  const nodes = room.nodes.filter(({ isOpen, node }) => isOpen && takesSeats(node)).map(({ node }) => node);
  const lacking = nodes.filter((node) => !hasImage(node, image)).map(({ metadata }) => metadata.name);
  return { all: nodes.length, lacking: lacking.sort() };
}

/** A pod that a node starts, which takes its image, and that does nothing. */
function pullPod(namespace: string, image: string, node: string): Manifest {
  const here = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const pod = podOf(
    namespace,
    image,
    {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [here] } } },
      // Nobody may be left to remove it.
      activeDeadlineSeconds: patience,
    },
    { imagePullPolicy: 'IfNotPresent', resources: {} },
  );
  return { ...pod, metadata: { name: `pull-${shortHash(node)}`, namespace, labels: { [label]: 'true' } } };
}

const shown = (nodes: readonly string[]): string => listed(nodes, 5);

/** How the pod of a node ended: `pulled`, or what keeps its image away; undefined while nobody knows. */
function endOf(pod: Pod | undefined): { isPulled: boolean; why: string } | undefined {
  const phase = pod?.status?.phase;
  if (phase === 'Succeeded') return { isPulled: true, why: '' };
  if (phase === 'Failed') return { isPulled: false, why: pod?.status?.message ?? 'the pod failed' };
  const hindered = pod && hindrance(pod);
  return hindered?.isImage ? { isPulled: false, why: hindered.reason } : undefined;
}

/** Waits for each pod; returns what keeps the image from nodes, by their names. */
async function waitForPulls(
  { kube, signal }: Context,
  pods: ReadonlyMap<string, Manifest>,
  seconds: number,
  onSeen: (seen: string) => void,
): Promise<Map<string, string>> {
  const [first] = pods.values();
  const collection = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: first?.metadata.namespace ?? '',
    labelSelector: label,
  };
  const begun = performance.now();
  return until<Map<string, string>>({
    for: 'image on each node',
    seconds: Number.POSITIVE_INFINITY,
    everyMs: 1000,
    signal,
    onSeen,
    probe: async () => {
      const live = (await kube.list(collection)) as Pod[];
      const ends = [...pods].map(([node, { metadata }]) => {
        const pod = live.find((one) => one.metadata.name === metadata.name);
        return { node, pod, end: endOf(pod) };
      });
      const isLate = performance.now() - begun > seconds * 1000;
      if (!isLate && ends.some(({ end }) => !end))
        return { seen: `${ends.filter(({ end }) => end?.isPulled).length} of ${pods.size} nodes have pulled it` };
      const why = ({ pod, end }: (typeof ends)[number]) =>
        end?.why || `${(pod && hindrance(pod)?.reason) ?? 'the pull has not ended'} after ${seconds} s`;
      return { done: new Map(ends.filter(({ end }) => !end?.isPulled).map((one) => [one.node, why(one)])) };
    },
  });
}

const removeAll = (kube: Kube, pods: ReadonlyMap<string, Manifest>) =>
  Promise.all([...pods.values()].map((pod) => kube.remove(refOf(pod))));

/** Each node has the image afterwards, where nodes pull it. A node that cannot is named and keeps nobody from starting. */
export function pullSteps(cluster: Pick<Cluster, 'pullsImages'>, seconds = patience): SingleStep[] {
  if (!cluster.pullsImages) return [];
  const pods = new Map<string, Manifest>();
  return [
    {
      title: 'Pull the image on each node',
      skip: async (context) => {
        if (!context.state.image) return false;
        const { all, lacking } = await lookAtNodes(context, context.state.image);
        if (all === 0) return 'no node is to be seen: nodes pull the image with their first pods';
        return lacking.length === 0 && `each of the ${all} nodes has the image`;
      },
      run: async (context, out) => {
        const { kube, profile, state } = context;
        if (!state.image) throw new Failure('there is no image to pull');
        const { all, lacking } = await lookAtNodes(context, state.image);
        for (const node of lacking) {
          const pod = pullPod(classNamespace(profile.classroom.name), state.image, node);
          await kube.remove(refOf(pod));
          await kube.create(pod);
          pods.set(node, pod);
        }
        out.line(`${lacking.length} of ${all} nodes pull it: ${shown(lacking)}`);
      },
    },
    {
      title: 'Wait for the image on each node',
      observes: true,
      skip: () => pods.size === 0 && 'no node pulls it',
      run: async (context, out) => {
        const { kube, state, signal } = context;
        try {
          const missing = await waitForPulls(context, pods, seconds, out.line);
          const [[node, why] = []] = missing;
          if (missing.size === pods.size)
            throw new Failure(`no node can pull ${state.image}: ${node}: ${why}`, {
              hint: 'check that the nodes may pull from the registry of the image',
            });
          out.line(`${pods.size - missing.size} nodes have pulled it`);
          if (missing.size > 0)
            state.lines = [
              ...(state.lines ?? []),
              `nodes without the image: ${shown([...missing.keys()])}; first seats there wait for the pull: ${why}`,
            ];
        } finally {
          if (!signal.aborted) await removeAll(kube, pods);
        }
      },
    },
  ];
}

/** The same as words, for `plan`. */
export const showPulls = (cluster: Pick<Cluster, 'pullsImages'>): Step[] =>
  cluster.pullsImages
    ? [
        {
          title: 'Compare the images of the nodes',
          run: async (context, out) => {
            const { all, lacking } = await lookAtNodes(context, context.state.image ?? '');
            out.line(
              lacking.length === 0
                ? `each of the ${all} nodes has the image`
                : `start pulls the image on ${lacking.length} of ${all} nodes: ${shown(lacking)}`,
            );
          },
        },
      ]
    : [];
