// Starts a local cluster step by step; each step looks first, so a broken start resumes.
import { existsSync } from 'node:fs';
import type { V1Node, V1NodeCondition } from '@kubernetes/client-node';
import { isAlive } from '../../core/alive.ts';
import { Failure } from '../../core/failure.ts';
import { isWritten } from '../../core/files/changes.ts';
import type { Exec } from '../../core/types.ts';
import { until } from '../../core/wait.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Json } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { SparkImage } from '../../steps/cluster.ts';
import type { Step } from '../../steps/types.ts';
import { restartDns, restartPrograms } from './changes.ts';
import { controlPlaneSteps } from './control-plane/control-plane.ts';
import { setUpDns } from './control-plane/dns.ts';
import { areCertificatesEnding, breakGlassKubeconfig, pkiFiles, renewedPkiFiles } from './control-plane/pki.ts';
import { systemImageSteps } from './images/publish.ts';
import { staleRegistries } from './images/registries.ts';
import { beginWithImages } from './images/store-steps.ts';
import { makeSystemImages } from './images/system-images.ts';
import { isMade, type Layout, layoutNow, layoutOf, type NodeLayout } from './layout.ts';
import { wayToNode } from './machine.ts';
import { holdNetwork, networkClaim } from './network/networks.ts';
import { readConfiguration } from './node/configuration.ts';
import { initLog, verifyRuns } from './node/ended.ts';
import { networkPluggingSteps } from './node/joining.ts';
import { findNode, startCommand } from './node/nodes.ts';
import { fetchBinaries } from './programs/binaries.ts';
import { endingProgram } from './status.ts';

/** Seconds; the slowest seen on a loaded machine of two cores is a tenth of it. */
const nodeSeconds = 90;
/** Seconds for a few programs of no weight. */
const startSeconds = 60;

export function startSteps(profile: Profile, image?: SparkImage): Step[] {
  /** When kubelets were restarted, in ms since 1970: what a node said before that is old. */
  let restartedAt = 0;
  const noteRestart = () => {
    restartedAt ||= Date.now();
  };
  return [
    fetchBinaries(profile),
    makeSystemImages(profile),
    writeKeys(profile),
    writeConfiguration(profile),
    beginWithImages(profile, image),
    startNodes(profile),
    restartPrograms(profile, noteRestart),
    ...(profile.local.nodes > 1 ? networkPluggingSteps(profile) : []),
    {
      title: 'Start Kubernetes',
      concurrent: true,
      steps: [
        {
          title: 'Start the control plane',
          // The images wait for the API server, which has the processors to itself until it serves; and pods for the images.
          steps: [
            ...controlPlaneSteps(profile),
            ...systemImageSteps(profile),
            setUpDns(profile),
            ...restartDns(profile),
          ],
        },
        waitForNodes(profile, () => restartedAt),
      ],
    },
  ];
}

/** The layout on a network that no run beside this one brings a cluster up on. */
async function heldLayout(profile: Profile, read: Exec): Promise<Layout> {
  let asked = '';
  for (;;) {
    const layout = await layoutNow(profile, read);
    const holder = await holdNetwork(layout.nodeNetwork);
    if (!holder) return layout;
    if (layout.nodeNetwork === asked)
      throw new Failure(`${holder} is starting another cluster on ${asked}`, {
        hint: 'wait for that run to end, or set local.nodeNetwork to another network',
      });
    asked = layout.nodeNetwork;
  }
}

/** Makes what is missing; certificates that end soon are issued again. */
const writeKeys = (profile: Profile): Step => ({
  title: 'Make keys and certificates',
  skip: async ({ read }) => {
    const layout = await layoutOf(profile, read);
    return existsSync(layout.kubeconfig) && !areCertificatesEnding(layout) && 'already there';
  },
  run: async ({ read, write }) => {
    if (isMade(profile.clusterName)) return write(await renewedPkiFiles(await layoutOf(profile, read)));
    const layout = await heldLayout(profile, read);
    await write([networkClaim(layout.name, layout), ...(await pkiFiles(layout))]);
  },
});

const writeConfiguration = (profile: Profile): Step => ({
  title: 'Write the configuration of the nodes',
  skip: async ({ read }) => {
    const { layout, files } = await readConfiguration(profile, read);
    const written = await Promise.all(files.map(isWritten));
    const stale = staleRegistries(profile.local.registries, layout);
    return written.every(Boolean) && stale.length === 0 && 'unchanged';
  },
  run: async ({ read, remove, write }) => {
    const { layout, files } = await readConfiguration(profile, read);
    await write(files);
    await remove(...staleRegistries(profile.local.registries, layout));
  },
});

const startNodes = (profile: Profile): Step => ({
  title: profile.local.nodes > 1 ? `Start ${profile.local.nodes} nodes` : 'Start the node',
  skip: async ({ read }) => (await layoutOf(profile, read)).nodes.every((node) => findNode(node)) && 'running',
  run: async ({ read, run, signal }) => {
    const { nodes } = await heldLayout(profile, read);
    const start = async (node: NodeLayout) => {
      const pid = Number(await run(startCommand(node), { asRoot: true, detachedTo: initLog(node) }));
      // In a dry run there is none.
      if (pid) await waitForStart(node, pid, signal);
    };
    await Promise.all(nodes.filter((node) => !findNode(node)).map(start));
  },
});

/** From here on a node that is not found has ended. */
const waitForStart = (node: NodeLayout, pid: number, signal: AbortSignal): Promise<void> =>
  until({
    for: `first process of ${node.name}`,
    seconds: startSeconds,
    everyMs: 10,
    signal,
    probe: async () => {
      if (findNode(node)) return { done: undefined };
      if (!isAlive(pid)) verifyRuns(node);
      return { seen: `process ${pid} prepares it` };
    },
  });

type Node = KubeObject<V1Node>;

/** Waits until each node is ready, and has said so since that time. */
const waitForNodes = (profile: Profile, since: () => number): Step => ({
  title: profile.local.nodes > 1 ? 'Wait for the nodes' : 'Wait for the node',
  observes: true,
  run: async ({ read, connect, signal }, out) => {
    const layout = await layoutOf(profile, read);
    const { nodes } = layout;
    // Kubelets register as soon as the API server serves, before it knows what anybody else may see.
    const breakGlass = connect({ path: breakGlassKubeconfig(layout), context: layout.name });
    const lacks = wayToNode(layout, read);
    const ending = endingProgram(layout, read);
    await until({
      for: 'ready nodes',
      seconds: nodeSeconds,
      everyMs: 100,
      signal,
      onSeen: out.line,
      hint: 'check the cluster: firesteel status',
      probe: async () => {
        for (const node of nodes) verifyRuns(node);
        const seen = await lacks();
        if (seen) return { seen };
        const text = await breakGlass.raw('/api/v1/nodes').catch(() => undefined);
        if (!text) return { seen: (await ending()) || 'no API server yet' };
        const found = (JSON.parse(text) as { items: Node[] }).items;
        const isReady = (condition: Json<V1NodeCondition> | undefined) =>
          condition?.status === 'True' &&
          Date.parse(condition.lastHeartbeatTime ?? '') >= Math.floor(since() / 1000) * 1000;
        const ready = (node: Node) => node.status?.conditions?.find(({ type }) => type === 'Ready');
        const notReady = nodes.filter(
          ({ name }) => !found.some((node) => node.metadata.name === name && isReady(ready(node))),
        );
        if (notReady.length === 0) return { done: true };
        const messages = notReady.map(({ name }) => {
          const node = found.find(({ metadata }) => metadata.name === name);
          return `${name}: ${node ? (ready(node)?.message ?? 'registered') : 'not registered yet'}`;
        });
        return { seen: [await ending(), ...messages].filter(Boolean).join('; ') };
      },
    });
  },
});
