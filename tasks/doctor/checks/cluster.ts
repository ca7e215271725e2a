// Checks of the cluster: whether it answers, its versions, its nodes and its clock.
import type { V1Node } from '@kubernetes/client-node';
import type { KubeObject } from '../../kube/object.ts';
import { type Check, type Finding, findingOf, notAvailable, ok } from '../../steps/check.ts';
import { askVersion, findProgram } from '../../toolbox/installed.ts';
import { onCluster, type Reached, reach } from './reach.ts';

/** What the state of a cluster means. One that nobody made yet is nothing wrong. */
export function stateFinding({ state, detail, version, why }: Reached, isPaid: boolean): Finding {
  if (state === 'absent') return notAvailable('no cluster yet', ['firesteel', 'deploy']);
  const remedies = isPaid ? [{ text: 'firesteel deploy' }] : [{ command: ['firesteel', 'deploy'] as const }];
  if (state === 'stopped') return { state: 'missing', seen: `stopped: ${detail}`, remedies };
  if (version === undefined) return { state: 'missing', seen: `the API server does not answer: ${why}`, remedies };
  return state === 'running' ? ok(detail) : { state: 'missing', seen: `broken: ${detail}`, remedies };
}

/** `v1.36.3` is 36. */
const minorOf = (version: string): number => Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);

/** Minor versions that a kubelet may be older, and kubectl may differ: https://kubernetes.io/releases/version-skew-policy/ */
const mostOlder = 3;
const mostApart = 1;

/** Whether these versions are meant to go together. */
export function skewFinding(
  server: string,
  nodes: readonly { name: string; version: string }[],
  kubectl?: string,
): Finding {
  const api = minorOf(server);
  const skewed = nodes.filter(({ version }) => minorOf(version) > api || minorOf(version) < api - mostOlder);
  const kubelets = skewed.map(
    ({ name, version }) =>
      `kubelet of ${name} is ${version}, ${minorOf(version) > api ? 'newer' : 'too old'} for API server ${server}`,
  );
  const isApart = kubectl !== undefined && Math.abs(minorOf(kubectl) - api) > mostApart;
  const apart = isApart ? [`kubectl on PATH is ${kubectl}, more than one minor version from API server ${server}`] : [];
  return findingOf('partial', [...kubelets, ...apart], {
    fine: `API server ${server}${kubectl ? `, kubectl ${kubectl}` : ''}`,
    remedies: [
      ...(kubelets.length > 0 ? [{ text: `upgrade these nodes to Kubernetes 1.${api}, or replace them` }] : []),
      ...(isApart ? [{ text: `put kubectl 1.${api} before the other on PATH` }] : []),
    ],
  });
}

/** Whether a condition says that all is well, as KernelReady and NetworkingReady of EKS do; Kubernetes' own say what is wrong. */
const isGood = (type: string): boolean => /(?<!Not)Ready$/.test(type);

/** What keeps nodes from taking pods, a line each. */
export const nodeLines = (nodes: readonly KubeObject<V1Node>[]): string[] =>
  nodes.flatMap(({ metadata: { name }, spec, status }) => {
    const conditions = status?.conditions ?? [];
    const ready = conditions.find(({ type }) => type === 'Ready');
    const others = conditions.filter(({ type }) => type !== 'Ready');
    const unready = others.filter(({ type, status: is }) => isGood(type) && is === 'False');
    const pressed = others.filter(({ type, status: is }) => !isGood(type) && is === 'True');
    return [
      ...(ready?.status === 'True' ? [] : [`${name} is not ready: ${ready?.message ?? 'its kubelet reports nothing'}`]),
      ...(spec?.unschedulable ? [`${name} takes no new pods: it is cordoned`] : []),
      ...unready.map(({ type, message }) => `${name} lacks ${type}: ${message ?? ''}`),
      ...pressed.map(({ type, message }) => `${name} has ${type}: ${message ?? ''}`),
    ];
  });

/** Milliseconds that clocks may differ: certificates and tokens are made for right now. */
const mostSkewMs = 5000;

/** Whether two clocks agree; the server's has whole seconds, and was read between `before` and `after`. */
export function clockFinding(server: Date | undefined, before: number, after: number): Finding {
  if (!server) return notAvailable('the API server does not report its time');
  const ahead = server.getTime() - after;
  const behind = before - (server.getTime() + 1000);
  const off = Math.max(ahead, behind, 0);
  if (off <= mostSkewMs) return ok('agrees with the API server');
  const seconds = Math.round(off / 1000);
  return {
    state: off > 60_000 ? 'missing' : 'partial',
    seen: `this machine's clock is ${seconds} s ${ahead > 0 ? 'behind' : 'ahead of'} the API server's`,
    remedies: [{ text: 'set the clock from a time server: timedatectl set-ntp true' }],
  };
}

export const clusterChecks: readonly Check[] = [
  {
    name: 'cluster',
    title: 'State of the cluster',
    category: 'Cluster',
    affects: 'every verb that talks to the cluster',
    run: async (context) => stateFinding(await reach(context), context.cluster.costs !== undefined),
  },
  {
    name: 'skew',
    title: 'Versions of Kubernetes',
    category: 'Cluster',
    affects: 'kubelets and kubectl',
    run: onCluster(async (context) => {
      const { version = '' } = await reach(context);
      const nodes = (await context.kube.list({ apiVersion: 'v1', kind: 'Node' })) as KubeObject<V1Node>[];
      const program = await findProgram('kubectl');
      const kubectl =
        program && (await askVersion(program, ['version', '--client'], context.read).catch(() => undefined));
      const kubelets = nodes.map(({ metadata: { name }, status }) => ({
        name,
        version: status?.nodeInfo?.kubeletVersion ?? version,
      }));
      return skewFinding(version, kubelets, kubectl || undefined);
    }),
  },
  {
    name: 'nodes',
    title: 'Nodes',
    category: 'Cluster',
    affects: 'every pod',
    run: onCluster(async ({ kube }) => {
      const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as KubeObject<V1Node>[];
      if (nodes.length === 0) return notAvailable('no node yet: the cluster adds nodes for pods');
      return findingOf('partial', nodeLines(nodes), {
        fine: `${nodes.length} ready`,
        remedies: [{ text: 'find out why: firesteel status; for a cordoned node: kubectl uncordon NAME' }],
      });
    }),
  },
  {
    name: 'clock',
    title: 'Clock',
    category: 'Cluster',
    affects: 'tokens, certificates, and ages that are shown',
    run: onCluster(async ({ kube }) => {
      const before = Date.now();
      const time = await kube.serverTime();
      return clockFinding(time, before, Date.now());
    }),
  },
];
