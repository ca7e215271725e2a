// The state of every program of a local cluster, from its supervisor and its log.
import { projectPath } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { ClusterStatus, ComponentStatus } from '../../steps/cluster.ts';
import type { Context } from '../../steps/types.ts';
import { isOthers } from '../namesakes.ts';
import { isMade, type Layout, layoutOf, type NodeLayout } from './layout.ts';
import { isEnforcing } from './network/policies.ts';
import { componentsOf } from './node/components.ts';
import { lastWords } from './node/ended.ts';
import { findNode } from './node/nodes.ts';

/** Of klog, of containerd, of etcd, of a program that dies or is not understood, and of those that should start it. */
const errorLine =
  /\b[EF]\d{4} \d\d:|level=(error|fatal)|"level":"(error|fatal)"|^\S+ \S+ +(panic|(fatal )?error|nsenter|env|setpriv|\S*\brun):|: error while loading /i;

/** What stands before a line of a log: the time by the clock of the node. */
const timeStamp = /^(\S+ \S+?)(?:\.\d+)? +/;

/** Seconds; both times are by the same clock, whose zone does not matter. */
const secondsBetween = (earlier: string, later: string): number =>
  (Date.parse(`${later}Z`) - Date.parse(`${earlier}Z`)) / 1000;

/** The newest line that reports an error, without its time stamp, and its age in seconds at `now`. */
export function lastErrorIn(log: string, now: string): { text: string; age: number } | undefined {
  const line = log.split('\n').findLast((one) => errorLine.test(one));
  if (line === undefined) return undefined;
  const [, time = ''] = timeStamp.exec(line) ?? [];
  return { text: line.replace(timeStamp, '').slice(0, 200), age: secondsBetween(time, now) };
}

/** What docker/node/programs.sh says of a program. */
interface Said {
  /** As `s6-svstat -o up,wantedup,pid,updownfor` has it. */
  svstat: string;
  deaths: number;
  log: string;
  /** When it was said, by the clock of the log. */
  now: string;
}

/** Seconds in which programs complain that others are not there yet. */
const startSeconds = 30;
/** Seconds after which an error of a program that runs is history. */
const lastMinutes = 600;

/** Process numbers are those inside the node. An error is shown while it matters for the program's present state. */
export function componentStatus(name: string, { svstat, deaths, log, now }: Said): ComponentStatus {
  const [up, wanted, pid, seconds] = svstat.trim().split(' ');
  const state = up === 'true' ? 'running' : wanted === 'true' ? 'restarting' : 'stopped';
  const error = lastErrorIn(log, now);
  const isOfStart = deaths === 0 && error !== undefined && error.age > Number(seconds) - startSeconds;
  const isShown = error !== undefined && (state !== 'running' || (error.age < lastMinutes && !isOfStart));
  return {
    name,
    state,
    ...(up === 'true' ? { pid: Number(pid) } : {}),
    restarts: deaths,
    ...(isShown ? { lastError: error.text } : {}),
  };
}

async function readNode(layout: Layout, node: NodeLayout, read: Exec): Promise<ClusterStatus['components']> {
  const names = componentsOf(layout, node, { enforces: isEnforcing(node) }).map(({ name }) => name);
  const look = ['sh', projectPath('docker', 'node', 'programs.sh'), node.folder, ...names] as const;
  const [now = '', ...said] = (await read(look, { asRoot: true }).catch(() => '')).split('\0');
  return names.map((name, i) => {
    const [svstat = '', deaths = '', log = ''] = said.slice(3 * i);
    return { node: node.name, ...componentStatus(name, { svstat, deaths: Number(deaths), log, now: now.trim() }) };
  });
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
  if (!isMade(profile.clusterName) || isOthers(profile))
    return { state: 'absent', detail: `no cluster named ${profile.clusterName} on this machine`, components: [] };
  const layout = await layoutOf(profile, read);
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
