// Bringing a local cluster up, in order. Each step looks first, so a broken or half-made cluster goes on where it was.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isWritten } from '../../lib/files.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Context, Manifest, SparkImage, Step } from '../../lib/types.ts';
import { until } from '../../lib/wait.ts';
import { fetchBinaries } from './binaries.ts';
import { configurationFiles } from './configuration.ts';
import { controlPlaneSteps } from './control-plane.ts';
import { askDns, setUpDns, waitForDns } from './dns.ts';
import { networkPluggingSteps } from './joining.ts';
import { layoutOf } from './layout.ts';
import { networkClaim } from './networks.ts';
import { findNode, startCommand } from './nodes.ts';
import { breakGlassKubeconfig, pkiFiles } from './pki.ts';
import { staleRegistries } from './registries.ts';
import { snapshotterFor } from './snapshotter.ts';
import { beginWithImages } from './store-steps.ts';
import { systemImageSteps } from './system-image-steps.ts';
import { makeSystemImages } from './system-images.ts';

/** Seconds; the slowest seen on a loaded machine of two cores is a tenth of it. */
const nodeSeconds = 90;

export const startSteps = (profile: Profile, image?: SparkImage): Step[] => [
  fetchBinaries(profile),
  makeSystemImages(profile),
  writeKeys(profile),
  writeConfiguration(profile),
  beginWithImages(profile, image),
  startNodes(profile),
  ...(profile.local.nodes > 1 ? networkPluggingSteps(profile) : []),
  {
    title: 'Start Kubernetes',
    concurrent: true,
    steps: [
      {
        title: 'Control plane',
        // The images wait for the API server, which has the processors to itself until it serves; and pods for the images.
        steps: [...controlPlaneSteps(profile), ...systemImageSteps(profile), setUpDns(profile)],
      },
      waitForNodes(profile),
    ],
  },
  askDns(),
  waitForDns(profile),
];

const writeKeys = (profile: Profile): Step => ({
  title: 'Make keys and certificates',
  skip: async ({ read }) => existsSync((await layoutOf(profile, read)).kubeconfig) && 'there already',
  run: async ({ read, write }) => {
    const layout = await layoutOf(profile, read);
    await write([networkClaim(layout.name, layout), ...(await pkiFiles(layout))]);
  },
});

async function configuration(profile: Profile, context: Context) {
  const layout = await layoutOf(profile, context.read);
  return configurationFiles(profile, layout, await snapshotterFor(layout.folder, context.read));
}

const writeConfiguration = (profile: Profile): Step => ({
  title: 'Write configuration',
  skip: async (context) => {
    const files = await configuration(profile, context);
    const written = await Promise.all(files.map(isWritten));
    const stale = staleRegistries(profile.local.registries, await layoutOf(profile, context.read));
    return written.every(Boolean) && stale.length === 0 && 'unchanged';
  },
  run: async (context) => {
    await context.write(await configuration(profile, context));
    const stale = staleRegistries(profile.local.registries, await layoutOf(profile, context.read));
    if (stale.length > 0) await context.run(['rm', '--recursive', '--force', ...stale]);
  },
});

const startNodes = (profile: Profile): Step => ({
  title: profile.local.nodes > 1 ? `Start ${profile.local.nodes} nodes` : 'Start the node',
  skip: async ({ read }) => (await layoutOf(profile, read)).nodes.every((node) => findNode(node)) && 'running',
  run: async ({ read, run }) => {
    const { nodes } = await layoutOf(profile, read);
    for (const node of nodes)
      if (!findNode(node))
        await run(startCommand(node), { asRoot: true, detachedTo: join(node.folder, 'logs', 'init.log') });
  },
});

interface NodeObject extends Manifest {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

const waitForNodes = (profile: Profile): Step => ({
  title: profile.local.nodes > 1 ? 'Wait for the nodes' : 'Wait for the node',
  observes: true,
  run: async ({ read, connect, signal }, out) => {
    const layout = await layoutOf(profile, read);
    const { nodes } = layout;
    // Kubelets register as soon as the API server serves, before it knows what anybody else may see.
    const breakGlass = connect({ path: breakGlassKubeconfig(layout), context: layout.name });
    await until({
      for: 'ready nodes',
      seconds: nodeSeconds,
      everyMs: 100,
      signal,
      onSeen: out.line,
      hint: `firesteel status --profile ${profile.name}`,
      probe: async () => {
        const text = await breakGlass.raw('/api/v1/nodes').catch(() => undefined);
        if (!text) return { seen: 'no API server yet' };
        const found = (JSON.parse(text) as { items: NodeObject[] }).items;
        const ready = (node: NodeObject) => node.status?.conditions?.find(({ type }) => type === 'Ready');
        const notReady = nodes.filter(
          ({ name }) => !found.some((node) => node.metadata.name === name && ready(node)?.status === 'True'),
        );
        if (notReady.length === 0) return { done: true };
        const messages = notReady.map(({ name }) => {
          const node = found.find(({ metadata }) => metadata.name === name);
          return `${name}: ${node ? (ready(node)?.message ?? 'registered') : 'not registered yet'}`;
        });
        return { seen: messages.join('; ') };
      },
    });
  },
});
