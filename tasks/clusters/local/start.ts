// Bringing a local cluster up, in order. Each step looks first, so a broken or half-made cluster goes on where it was.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { applyObjects } from '../../lib/apply.ts';
import { isWritten } from '../../lib/files.ts';
import { cachePath } from '../../lib/paths.ts';
import { renderTemplate } from '../../lib/render.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Command, Context, Kube, Manifest, Step } from '../../lib/types.ts';
import { until } from '../../lib/wait.ts';
import { binariesFolder, fetchBinaries } from './binaries.ts';
import { componentsOf } from './components.ts';
import { configurationFiles } from './configuration.ts';
import { networkPluggingSteps } from './joining.ts';
import { type Layout, layoutOf, type NodeLayout, networkClaim } from './layout.ts';
import { findNode, startCommand } from './nodes.ts';
import { administrator, breakGlassKubeconfig, pkiFiles } from './pki.ts';
import { hasImage, importCommand, isRuntimeUp } from './publish.ts';
import { corednsImage, pauseImage, systemImages, writeImageArchive } from './system-images.ts';

/** Seconds; the slowest seen on a loaded machine of two cores is a tenth of these. */
const apiSeconds = 90;
const runtimeSeconds = 60;
const nodeSeconds = 90;
const dnsSeconds = 120;

export const startSteps = (profile: Profile): Step[] => [
  fetchBinaries(profile),
  writeKeys(profile),
  writeConfiguration(profile),
  startNodes(profile),
  ...(profile.local.nodes > 1 ? networkPluggingSteps(profile) : []),
  {
    title: 'Start Kubernetes',
    concurrent: true,
    steps: [
      { title: 'Control plane', steps: [waitForApi(profile), grantAdministrator(profile), startControllers(profile)] },
      { title: 'System images', steps: [makeSystemImages(profile), waitForRuntime(profile), loadSystemImages(profile)] },
    ],
  },
  applyClusterObjects(profile),
  waitForNodes(profile),
  proveDns(),
  waitForDns(profile),
];

const writeKeys = (profile: Profile): Step => ({
  title: 'Make keys and certificates',
  skip: async ({ read }) => existsSync((await layoutOf(profile, read)).kubeconfig) && 'there already',
  run: async ({ read, write }) => {
    const layout = await layoutOf(profile, read);
    await write([networkClaim(layout), ...(await pkiFiles(layout))]);
  },
});

/** Overlay mounts need a file system that can carry them; inside a container the folder's often cannot. */
async function snapshotterFor(folder: string, context: Context): Promise<string> {
  const type = await context.read(['stat', '--file-system', '--format=%T', folder]).catch(() => '');
  return /overlay|tmpfs|nfs/.test(type) ? 'native' : 'overlayfs';
}

async function configuration(profile: Profile, context: Context) {
  const layout = await layoutOf(profile, context.read);
  return configurationFiles(profile, layout, await snapshotterFor(layout.folder, context));
}

const writeConfiguration = (profile: Profile): Step => ({
  title: 'Write configuration',
  skip: async (context) => {
    const files = await configuration(profile, context);
    const written = await Promise.all(files.map(isWritten));
    return written.every(Boolean) && 'unchanged';
  },
  run: async (context) => context.write(await configuration(profile, context)),
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

const waitForApi = (profile: Profile): Step => ({
  title: 'Wait for the API server',
  observes: true,
  run: async (context, out) => {
    const layout = await layoutOf(profile, context.read);
    const breakGlass = context.connect({ path: breakGlassKubeconfig(layout), context: layout.name });
    await until({
      for: 'API server',
      seconds: apiSeconds,
      everyMs: 50,
      signal: context.signal,
      onSeen: out.line,
      hint: `firesteel status --profile ${profile.name}`,
      probe: async () => {
        const [first] = layout.nodes;
        if (first && !findNode(first)) return { seen: `the node ended, see ${join(first.folder, 'logs', 'init.log')}` };
        return breakGlass.raw('/readyz').then(
          () => ({ done: true }),
          () => ({ seen: 'not ready' }),
        );
      },
    });
  },
});

/** Done with the break-glass key, for the administrator has no rights until then. */
const grantAdministrator = (profile: Profile): Step =>
  applyObjects({
    title: "Grant the administrator's rights",
    manifests: () => renderTemplate('local-administrator', { administrator }),
    as: async ({ read, connect }) => {
      const layout = await layoutOf(profile, read);
      return connect({ path: breakGlassKubeconfig(layout), context: layout.name });
    },
  });

const serviceFolder = (node: NodeLayout, name: string): string => join(node.folder, 'services', name);

const startCommands = (layout: Layout): Command[] =>
  layout.nodes.flatMap((node) =>
    componentsOf(layout, node, {})
      .filter((component) => component.needsApi)
      .map(({ name }): Command => ['s6-svc', '-u', serviceFolder(node, name)]),
  );

const startControllers = (profile: Profile): Step => ({
  title: 'Start controllers and proxies',
  skip: async ({ read }) => {
    const layout = await layoutOf(profile, read);
    const states = await Promise.all(
      startCommands(layout).map(([, , folder]) =>
        read(['s6-svstat', '-o', 'wantedup', folder ?? ''], { asRoot: true }).catch(() => 'false'),
      ),
    );
    return states.every((state) => state.trim() === 'true') && 'running';
  },
  run: async ({ read, run }) => {
    for (const command of startCommands(await layoutOf(profile, read))) await run(command, { asRoot: true });
  },
});

/** The archive is named after the binaries it is made of. */
const systemArchive = (profile: Profile): string =>
  cachePath('images', `system-${binariesFolder(profile).replaceAll('/', '_')}.tar`);

const makeSystemImages = (profile: Profile): Step => ({
  title: 'Make pause and CoreDNS images',
  skip: () => existsSync(systemArchive(profile)) && 'in the cache',
  run: async ({ run }) => writeImageArchive(systemImages(binariesFolder(profile)), systemArchive(profile), run),
});

const waitForRuntime = (profile: Profile): Step => ({
  title: 'Wait for containerd',
  observes: true,
  run: async ({ read, signal }, out) => {
    const { nodes } = await layoutOf(profile, read);
    await until({
      for: 'containerd',
      seconds: runtimeSeconds,
      everyMs: 50,
      signal,
      onSeen: out.line,
      hint: `firesteel status --profile ${profile.name}`,
      probe: async () => {
        const answers = await Promise.all(nodes.map((node) => isRuntimeUp(node, read)));
        return answers.every(Boolean) ? { done: undefined } : { seen: 'not answering' };
      },
    });
  },
});

const loadSystemImages = (profile: Profile): Step => ({
  title: 'Load them into every node',
  skip: async ({ read }) => {
    const { nodes } = await layoutOf(profile, read);
    const found = await Promise.all(
      nodes.flatMap((node) => [pauseImage, corednsImage].map((image) => hasImage(node, image, read))),
    );
    return found.every(Boolean) && 'loaded';
  },
  run: async ({ read, run }) => {
    const { nodes } = await layoutOf(profile, read);
    await Promise.all(nodes.map((node) => run(importCommand(node, systemArchive(profile)), { asRoot: true })));
  },
});

const applyClusterObjects = (profile: Profile): Step =>
  applyObjects({
    title: 'Set up cluster DNS',
    manifests: async ({ read }) => {
      const { dnsService } = await layoutOf(profile, read);
      return renderTemplate('local-cluster', { dnsService, corednsImage });
    },
  });

interface NodeObject extends Manifest {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

const waitForNodes = (profile: Profile): Step => ({
  title: profile.local.nodes > 1 ? 'Wait for the nodes' : 'Wait for the node',
  observes: true,
  run: async ({ read, kube, signal }, out) => {
    const { nodes } = await layoutOf(profile, read);
    await until({
      for: 'ready nodes',
      seconds: nodeSeconds,
      everyMs: 100,
      signal,
      onSeen: out.line,
      hint: `firesteel status --profile ${profile.name}`,
      probe: async () => {
        const found = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as NodeObject[];
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

const probe = { apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system', name: 'firesteel-dns-probe' };

interface PodObject extends Manifest {
  status?: { phase?: string; containerStatuses?: { state?: { waiting?: { reason?: string } } }[] };
}

/** The finished pod stays as the proof; a second run finds it. */
const proveDns = (): Step => ({
  title: 'Look a name up from a pod',
  skip: async ({ kube }) => {
    const pod = (await kube.get(probe).catch(() => undefined)) as PodObject | undefined;
    return pod?.status?.phase === 'Succeeded' && 'answered before';
  },
  run: async ({ kube }) => {
    const pod = (await kube.get(probe)) as PodObject | undefined;
    if (pod?.status?.phase === 'Failed') await kube.remove(probe);
    for (const manifest of await renderTemplate('dns-probe', { pauseImage })) await kube.apply(manifest);
  },
});

const waitForDns = (profile: Profile): Step => ({
  title: 'Wait for the answer',
  observes: true,
  run: async ({ kube, signal }, out) =>
    until({
      for: 'answer of cluster DNS to a pod',
      seconds: dnsSeconds,
      everyMs: 100,
      signal,
      onSeen: out.line,
      hint: `firesteel status --profile ${profile.name}`,
      probe: async () => {
        const pod = (await kube.get(probe)) as PodObject | undefined;
        if (pod?.status?.phase === 'Succeeded') return { done: undefined };
        // The answer is in its log a second or two before the kubelet tells of its end.
        if (pod?.status?.phase === 'Running' && (await isAnswered(kube))) return { done: undefined };
        const waiting = pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason;
        return { seen: `the looking pod is ${pod?.status?.phase ?? 'absent'}${waiting ? `, ${waiting}` : ''}` };
      },
    }),
});

async function isAnswered(kube: Kube): Promise<boolean> {
  try {
    for await (const line of kube.logs(probe)) if (line.startsWith('Name:')) return true;
  } catch {
    // No log yet.
  }
  return false;
}
