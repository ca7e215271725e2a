// Restarts the programs of a running local cluster whose files have changed.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isWritten } from '../../core/files/changes.ts';
import type { Command, Exec, FileContent } from '../../core/types.ts';
import { restart } from '../../coredns/change.ts';
import { type CorednsDeployment, currentPods, deploymentRef } from '../../coredns/objects.ts';
import { rolloutEnd } from '../../coredns/rollout.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { registryProblems } from './images/registries.ts';
import type { Layout, NodeLayout } from './layout.ts';
import { isEnforcedBy, isEnforcing } from './network/policies.ts';
import { type Component, componentsOf } from './node/components.ts';
import { readConfiguration } from './node/configuration.ts';
import { findNode } from './node/nodes.ts';
import { pki } from './node/settings.ts';

/** Times of supervisors and of Kubernetes are whole seconds. */
const secondMs = 1000;
/** Milliseconds a program may take to end and to be started again. */
const restartMs = 60_000;

const isWrittenAfter = (path: string, time: number): boolean => existsSync(path) && statSync(path).mtimeMs > time;

/** Whether a file differs from what it is to be, or was written after that time (in ms since 1970). */
const isNewer = async (file: FileContent, time: number): Promise<boolean> =>
  !(await isWritten(file)) || isWrittenAfter(file.path, time);

const some = async <T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<boolean> =>
  (await Promise.all(items.map(test))).some(Boolean);

const serviceFolder = (node: NodeLayout, { name }: Component): string => join(node.folder, 'services', name);

/** Keys and certificates that flags or settings name; the one program with a token reads that again by itself. */
const keysIn = (files: readonly FileContent[]): string[] =>
  files.flatMap(({ content }) => [...`${content}`.matchAll(keyPath)].map(([, name = '']) => name));

const keyPath = new RegExp(`${pki('([\\w-]+\\.(?:crt|key|kubeconfig))')}`, 'g');

/** Whether a program runs with older flags or files than those it is to have. */
async function isOutdated(
  node: NodeLayout,
  component: Component,
  files: readonly FileContent[],
  read: Exec,
): Promise<boolean> {
  const folder = serviceFolder(node, component);
  const svstat = await read(['s6-svstat', '-o', 'up,updownfor', folder], { asRoot: true }).catch(() => '');
  const [up, seconds] = svstat.trim().split(' ');
  const paths = [join(folder, 'run'), ...(component.reads ?? []).map((name) => join(node.folder, 'config', name))];
  const own = files.filter(({ path }) => paths.includes(path));
  if (up !== 'true') return false;
  const since = Date.now() - Number(seconds) * secondMs;
  const isReissued = keysIn(own).some((name) => isWrittenAfter(join(node.folder, 'pki', name), since));
  return isReissued || some(own, (file) => isNewer(file, since));
}

/** A restart that waits until the program runs again. */
const restartCommand = (node: NodeLayout, component: Component): Command => [
  ...(['s6-svc', '-wr', '-T', String(restartMs), component.endsLate ? '-k' : '-r'] as const),
  serviceFolder(node, component),
];

/** The restarts that are due, on nodes that run. */
async function dueRestarts(profile: Profile, context: Context) {
  const { layout, files } = await readConfiguration(profile, context.read);
  const running = layout.nodes.filter((node) => findNode(node));
  const pairs = running.flatMap((node) =>
    componentsOf(layout, node, { enforces: isEnforcing(node) }).map((component) => ({ node, component })),
  );
  const due = await Promise.all(pairs.map(({ node, component }) => isOutdated(node, component, files, context.read)));
  return pairs
    .filter((_, i) => due[i])
    .map((pair) => ({ ...pair, command: restartCommand(pair.node, pair.component) }));
}

/** Restarts programs whose files changed; `onKubelet` is called before a kubelet is restarted. */
export const restartPrograms = (profile: Profile, onKubelet: () => void): SingleStep => ({
  title: 'Restart programs with changed files',
  skip: async (context) => (await dueRestarts(profile, context)).length === 0 && 'no file changed',
  run: async (context, out) => {
    for (const { component, node, command } of await dueRestarts(profile, context)) {
      out.line(`${component.name} on ${node.name}`);
      if (component.name === 'kubelet') onKubelet();
      await context.run(command, { asRoot: true });
    }
  },
});

/** Whether pods of CoreDNS began with another resolver file than their nodes have: a pod keeps the one of its start. */
async function isDnsOutdated(profile: Profile, { kube, read }: Context): Promise<boolean> {
  const { layout, files } = await readConfiguration(profile, read);
  const path = join(layout.nodes[0]?.folder ?? '', 'config', 'resolv.conf');
  const deployment = (await kube.get(deploymentRef).catch(() => undefined)) as CorednsDeployment | undefined;
  const pods = deployment ? await currentPods(kube, deployment) : [];
  const resolvers = files.filter((file) => file.path === path);
  return some(pods, ({ metadata }) =>
    some(resolvers, (file) => isNewer(file, Date.parse(metadata.creationTimestamp ?? '') + secondMs)),
  );
}

/** Replaces the pods of CoreDNS if their resolver file changed. */
export function restartDns(profile: Profile): SingleStep[] {
  let isRestarted = false;
  return [
    {
      title: 'Restart CoreDNS for changed name servers',
      skip: async (context) => !(await isDnsOutdated(profile, context)) && 'unchanged',
      run: async ({ kube }) => {
        await restart(kube);
        isRestarted = true;
      },
    },
    {
      title: 'Wait for the new CoreDNS',
      observes: true,
      skip: () => !isRestarted && 'not restarted',
      run: async ({ kube, signal }, out) => void (await rolloutEnd({ kube, signal, onSeen: out.line })),
    },
  ];
}

/** Why nodes that run would have to start again for this profile: all their pods would end. */
export async function nodeProblems(profile: Profile, read: Exec): Promise<string[]> {
  // Without the files of its registries there is nothing to compare: their own check names them.
  if (registryProblems(profile.local.registries).length > 0) return [];
  const { layout, files } = await readConfiguration(profile, read);
  const next = 'destroy the cluster first, or choose another clusterName';
  for (const node of layout.nodes.filter((one) => findNode(one))) {
    const path = join(node.folder, 'config', 'node.env');
    const env = files.find((file) => file.path === path);
    if (!env || !existsSync(path) || (await isWritten(env))) continue;
    return [`the nodes of cluster ${layout.name} ${howStarted(readFileSync(path, 'utf8'), env, layout)}: ${next}`];
  }
  return [];
}

/** What is different about nodes that were started with these settings. */
function howStarted(old: string, wanted: FileContent, { binaries }: Layout): string {
  if (!old.includes(`NODE_BINARIES='${binaries}'`)) return `run other programs than those in ${binaries}`;
  const withoutPolicies = (text: string) => text.replace(/^NETWORK_POLICIES='.*'$/m, '');
  if (!old.includes('NETWORK_POLICIES=') || withoutPolicies(old) !== withoutPolicies(`${wanted.content}`))
    return 'were started by another version of firesteel';
  return `were started ${isEnforcedBy(old) ? 'with' : 'without'} enforcement of NetworkPolicies`;
}
