// The state of every program of a local cluster, from its supervisor and its log.
import { join } from 'node:path';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { ClusterStatus, ComponentStatus } from '../../steps/cluster.ts';
import type { Context } from '../../steps/types.ts';
import { isOthers } from '../namesakes.ts';
import { type Layout, layoutOf, type NodeLayout } from './layout.ts';
import { isEnforcing } from './network/policies.ts';
import { componentsOf } from './node/components.ts';
import { lastWords } from './node/ended.ts';
import { findNode } from './node/nodes.ts';

/** Of klog, of containerd, of etcd, of a program that dies or is not understood, and of those that should start it. */
const errorLine =
  /\b[EF]\d{4} \d\d:|level=(error|fatal)|"level":"(error|fatal)"|^\S+ \S+ +(panic|(fatal )?error|nsenter|env|setpriv|\S*\brun):|: error while loading /i;

/** The newest line that reports an error, without its time stamp. */
export const lastErrorIn = (log: string): string | undefined =>
  log
    .split('\n')
    .findLast((line) => errorLine.test(line))
    ?.replace(/^\S+ \S+ +/, '')
    .slice(0, 200);

/** Reads `s6-svstat -o up,wantedup,pid` and the number of deaths. */
export function componentStatus(name: string, svstat: string, deaths: number, log: string): ComponentStatus {
  const [up, wanted, pid] = svstat.trim().split(' ');
  const state = up === 'true' ? 'running' : wanted === 'true' ? 'restarting' : 'stopped';
  const lastError = lastErrorIn(log);
  return {
    name,
    state,
    ...(up === 'true' ? { pid: Number(pid) } : {}),
    restarts: deaths,
    ...(lastError ? { lastError } : {}),
  };
}

async function readComponent(node: NodeLayout, name: string, read: Exec): Promise<ComponentStatus> {
  const folder = join(node.folder, 'services', name);
  const look = (...command: [string, ...string[]]) => read(command, { asRoot: true }).catch(() => '');
  const [svstat, deaths, log] = await Promise.all([
    look('s6-svstat', '-o', 'up,wantedup,pid', folder),
    look('s6-svdt', folder),
    look('tail', '-n', '200', join(node.folder, 'logs', name, 'current')),
  ]);
  return componentStatus(name, svstat, deaths.split('\n').filter(Boolean).length, log);
}

async function readNode(layout: Layout, node: NodeLayout, read: Exec): Promise<ClusterStatus['components']> {
  const names = componentsOf(layout, node, { enforces: isEnforcing(node) }).map(({ name }) => name);
  const components = await Promise.all(names.map((name) => readComponent(node, name, read)));
  return components.map((component) => ({ node: node.name, ...component }));
}

/** Deaths of a program since its node started, from which on it is worth a word. */
export const manyDeaths = 3;

/** How often a wait looks for programs that end, in milliseconds. */
const lookMs = 5000;

/** Asks, while something is waited for, whether a program ends again and again; empty if none does. */
export function endingProgram(layout: Layout, read: Exec, everyMs = lookMs): () => Promise<string> {
  let seen = '';
  let nextLook = performance.now() + everyMs;
  return async () => {
    if (performance.now() < nextLook) return seen;
    const components = (await Promise.all(layout.nodes.map((node) => readNode(layout, node, read)))).flat();
    const ill = components.find(({ restarts }) => restarts >= manyDeaths);
    seen = ill
      ? `${ill.name} on ${ill.node} has ended ${ill.restarts} times${ill.lastError ? `: ${ill.lastError}` : ''}`
      : '';
    nextLook = performance.now() + everyMs;
    return seen;
  };
}

/** Process numbers are those inside the node. A usage Failure where /proc hides the nodes. */
export async function localStatus(profile: Profile, { read }: Pick<Context, 'read'>): Promise<ClusterStatus> {
  const layout = await layoutOf(profile, read);
  const exists =
    (await read(['sh', '-c', '[ -e "$1" ] && echo yes || true', 'sh', layout.kubeconfig])).trim() === 'yes';
  if (!exists || isOthers(profile))
    return { state: 'absent', detail: `no cluster named ${layout.name} on this machine`, components: [] };
  const running = layout.nodes.filter((node) => findNode(node));
  const components = (await Promise.all(running.map((node) => readNode(layout, node, read)))).flat();
  if (running.length === 0) {
    const words = layout.nodes.flatMap((node) => lastWords(node) ?? [])[0];
    const detail = `its processes have ended${words ? ` (${words})` : ''}; deploy starts them again`;
    return { state: 'stopped', detail, components };
  }
  if (running.length < layout.nodes.length)
    return {
      state: 'broken',
      detail: `${running.length} of ${layout.nodes.length} nodes run; deploy starts the others`,
      components,
    };
  const ill = components.filter(({ state }) => state !== 'running');
  if (ill.length > 0)
    return {
      state: 'broken',
      detail: `not running: ${ill.map(({ name, node }) => `${name} on ${node}`).join(', ')}`,
      components,
    };
  return { state: 'running', detail: `API server at ${layout.server}`, components };
}
