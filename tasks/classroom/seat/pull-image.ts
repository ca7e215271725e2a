// Brings the image of the seats to each node before the class: else the first pod of a node waits for the pull.
import { Failure } from '../../core/failure.ts';
import { shortHash } from '../../core/files/hash.ts';
import { listed } from '../../core/screen/listed.ts';
import { until } from '../../core/wait.ts';
import { hindrance } from '../../coredns/proof.ts';
import { refOf } from '../../kube/ref.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import type { Pod } from '../../spark/pod.ts';
import type { Cluster } from '../../steps/cluster.ts';
import type { Context, SingleStep, Step } from '../../steps/types.ts';
import { classNamespace } from './labels.ts';
import { differ, digestOf, lookAtNodes, shownDigests } from './node-images.ts';
import { podOf } from './short-pod.ts';

/** Seconds for several gigabytes over a slow line. */
const patience = 900;

const label = 'firesteel/pulls-image';

/** A pod that a node starts, which takes its image, and that does nothing. */
function pullPod(namespace: string, image: string, node: string, imagePullPolicy: 'Always' | 'IfNotPresent'): Manifest {
  const here = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const pod = podOf(
    namespace,
    image,
    {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [here] } } },
      // Nobody may be left to remove it.
      activeDeadlineSeconds: patience,
    },
    { imagePullPolicy, resources: {} },
  );
  return { ...pod, metadata: { name: `pull-${shortHash(node)}`, namespace, labels: { [label]: 'true' } } };
}

const shown = (nodes: readonly string[]): string => listed(nodes, 5);

interface PullEnd {
  isPulled: boolean;
  /** What keeps the image away; empty if it was pulled. */
  why: string;
  digest?: string | undefined;
}

/** How the pod of a node ended; undefined while nobody knows. */
function endOf(pod: Pod | undefined): PullEnd | undefined {
  const phase = pod?.status?.phase;
  if (phase === 'Succeeded')
    return { isPulled: true, why: '', digest: digestOf(pod?.status?.containerStatuses?.[0]?.imageID) };
  if (phase === 'Failed') return { isPulled: false, why: pod?.status?.message ?? 'the pod failed' };
  const hindered = pod && hindrance(pod);
  return hindered?.isImage ? { isPulled: false, why: hindered.reason } : undefined;
}

/** Waits for each pod; returns how they ended, by the names of their nodes. */
async function waitForPulls(
  { kube, signal }: Context,
  pods: ReadonlyMap<string, Manifest>,
  seconds: number,
  onSeen: (seen: string) => void,
): Promise<Map<string, PullEnd>> {
  const [first] = pods.values();
  const collection = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: first?.metadata.namespace ?? '',
    labelSelector: label,
  };
  const begun = performance.now();
  return until<Map<string, PullEnd>>({
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
      const why = ({ pod }: (typeof ends)[number]) =>
        `${(pod && hindrance(pod)?.reason) ?? 'the pull has not ended'} after ${seconds} s`;
      return { done: new Map(ends.map((one) => [one.node, one.end ?? { isPulled: false, why: why(one) }])) };
    },
  });
}

const removeAll = (kube: Kube, pods: ReadonlyMap<string, Manifest>) =>
  Promise.all([...pods.values()].map((pod) => kube.remove(refOf(pod))));

/** Each node has the image afterwards, where nodes pull it. A node that cannot is named and keeps nobody from starting. */
export function pullSteps(cluster: Pick<Cluster, 'pullsImages'>, seconds = patience): SingleStep[] {
  if (!cluster.pullsImages) return [];
  const pods = new Map<string, Manifest>();
  let digests = new Map<string, string>();
  return [
    {
      title: 'Pull the image on each node',
      skip: async (context) => {
        if (!context.state.image) return false;
        const { all, pulling } = await lookAtNodes(context, context.state.image);
        if (all === 0) return 'no node is visible: each node pulls the image with its first pod';
        return pulling.length === 0 && `each of the ${all} nodes has the image`;
      },
      run: async (context, out) => {
        const { kube, profile, state } = context;
        if (!state.image) throw new Failure('there is no image to pull');
        const { all, pulling, ...look } = await lookAtNodes(context, state.image);
        digests = look.digests;
        if (differ(digests)) out.line(`nodes have different images under this name: ${shownDigests(digests)}`);
        const policy = differ(digests) ? 'Always' : 'IfNotPresent';
        for (const node of pulling) {
          const pod = pullPod(classNamespace(profile.classroom.name), state.image, node, policy);
          await kube.remove(refOf(pod));
          await kube.create(pod);
          pods.set(node, pod);
        }
        out.line(`${pulling.length} of ${all} nodes pull it: ${shown(pulling)}`);
      },
    },
    {
      title: 'Wait for the image on each node',
      observes: true,
      skip: () => pods.size === 0 && 'no node pulls it',
      run: async (context, out) => {
        const { kube, state, signal } = context;
        try {
          const ends = [...(await waitForPulls(context, pods, seconds, out.line))];
          const missing = ends.filter(([, { isPulled }]) => !isPulled);
          const [[node, end] = []] = missing;
          if (missing.length === ends.length)
            throw new Failure(`no node can pull ${state.image}: ${node}: ${end?.why}`, {
              hint: 'check that the nodes may pull from the registry of the image',
            });
          out.line(`${ends.length - missing.length} nodes have pulled it`);
          const lines: string[] = [];
          if (missing.length > 0)
            lines.push(
              `nodes without the image: ${shown(missing.map(([name]) => name))}; first seats there wait for the pull: ${end?.why}`,
            );
          for (const [name, { digest }] of ends) if (digest) digests.set(name, digest);
          if (differ(digests))
            lines.push(
              `nodes have different images of ${state.image}: ${shownDigests(digests)}; a second start pulls it again on each of them`,
            );
          if (lines.length > 0) state.lines = [...(state.lines ?? []), ...lines];
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
            const { all, pulling } = await lookAtNodes(context, context.state.image ?? '');
            out.line(
              pulling.length === 0
                ? `each of the ${all} nodes has the image`
                : `start pulls the image on ${pulling.length} of ${all} nodes: ${shown(pulling)}`,
            );
          },
        },
      ]
    : [];
