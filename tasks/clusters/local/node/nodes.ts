// Starts, finds and ends the processes of a local cluster's nodes.
import { readdirSync, readFileSync } from 'node:fs';
import { usageFailure } from '../../../core/failure.ts';
import { projectPath } from '../../../core/paths.ts';
import type { Command, Exec } from '../../../core/types.ts';
import type { Layout, NodeLayout } from '../layout.ts';

const afreshScript = projectPath('docker', 'node', 'afresh.sh');
const initScript = projectPath('docker', 'node', 'init.sh');
const removeCgroupsScript = projectPath('docker', 'node', 'remove-cgroups.sh');

/** A command with nothing of what this shell would hand on: limits, priority, processors, umask, current folder. */
export const afresh = (command: Command): Command => ['sh', afreshScript, ...command];

/**
 * Makes the namespaces of a node and runs its first process; ending this process ends all of the node. The first process
 * gets the mounts of the host at descriptor 9.
 */
export const startCommand = (node: NodeLayout): Command => [
  'sh',
  '-c',
  'exec 9< /proc/self/ns/mnt "$@"',
  'sh',
  ...afresh([
    'unshare',
    '--mount',
    '--pid',
    '--uts',
    '--ipc',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'private',
    'sh',
    initScript,
    node.folder,
  ]),
];

export interface NodeProcesses {
  /** The process outside the namespaces, `unshare`. */
  outer: number;
  /** The first process inside, seen from outside. */
  init: number;
}

/**
 * Why this user cannot see root's processes, by which nodes are found; undefined if the user can. `mounts` is /proc/mounts.
 * https://docs.kernel.org/filesystems/proc.html#mount-options
 */
export function hiddenProcesses(
  mounts = readFileSync('/proc/mounts', 'utf8'),
  { uid = process.getuid?.(), groups = process.getgroups?.() ?? [] } = {},
): string | undefined {
  const options =
    mounts
      .split('\n')
      .findLast((line) => line.split(' ')[1] === '/proc')
      ?.split(' ')[3] ?? '';
  const hides = /\bhidepid=(?!0\b|off\b)\w+/.exec(options)?.[0];
  const exempt = Number(/\bgid=(\d+)/.exec(options)?.[1] ?? Number.NaN);
  if (!hides || uid === 0 || groups.includes(exempt)) return undefined;
  return `/proc hides the processes of root from you (${hides}), and nodes are such processes: run firesteel as root`;
}

/** The first process that another one began and that is still there. */
function childOf(parent: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8'), 10) || undefined;
  } catch {
    // Not every kernel lists children, but all name parents: behind the name of the program, which may hold anything.
    const isChild = (pid: string) => readProc(pid, 'stat').split(') ').at(-1)?.split(' ')[1] === parent;
    return Number(numbersIn('/proc').find(isChild)) || undefined;
  }
}

/** What a file of a process says; nothing if the process has ended. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const numbersIn = (folder: string): string[] => readdirSync(folder).filter((name) => /^\d+$/.test(name));

/** Whether a process is root's or this user's: anybody may give a program the command line of a node. */
function isTrusted(pid: string): boolean {
  const [, owner] = /^Uid:\s+(\d+)/m.exec(readProc(pid, 'status')) ?? [];
  return owner !== undefined && [0, process.getuid?.()].includes(Number(owner));
}

/** Finds a node's processes by their command line, so that a stale file can never name a stranger. */
export function findNode(node: NodeLayout): NodeProcesses | undefined {
  const hidden = hiddenProcesses();
  if (hidden) throw usageFailure(hidden);
  for (const pid of numbersIn('/proc')) {
    const words = readProc(pid, 'cmdline').split('\0').slice(0, -1);
    if (words[0] !== 'unshare' || words.at(-1) !== node.folder || !isTrusted(pid)) continue;
    // It may have ended between the two looks.
    const init = childOf(pid);
    if (init) return { outer: Number(pid), init };
  }
  return undefined;
}

/** Runs a command with a node's mounts, where its programs and sockets are. Needs root. */
export const insideCommand = (node: NodeLayout, command: Command): Command => [
  'nsenter',
  `--target=${findNode(node)?.init ?? `PID_OF_${node.name}`}`,
  '--mount',
  '--',
  ...command,
];

const networkOf = (node: NodeLayout): string =>
  `/proc/${findNode(node)?.init ?? `PID_OF_${node.name}`}/root/run/netns/node`;

/** Runs a command in a node's network, with the programs of the host. Needs root. */
export const networkCommand = (node: NodeLayout, ...words: string[]): Command => [
  'nsenter',
  `--net=${networkOf(node)}`,
  ...words,
];

const onNetwork = (node: NodeLayout, ...words: string[]): Command => networkCommand(node, 'ip', ...words);

/** Plugs a further node into the bridge that the first one holds. */
export function plugCommands(first: NodeLayout, node: NodeLayout): Command[] {
  const port = portOf(node);
  return [
    onNetwork(first, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'nodes', 'netns', networkOf(node)),
    onNetwork(first, 'link', 'set', port, 'master', 'nodes', 'up'),
    onNetwork(node, 'addr', 'add', `${node.address}/24`, 'dev', 'nodes'),
    onNetwork(node, 'link', 'set', 'nodes', 'up'),
  ];
}

/** Routes from a node to the pods of the others. */
export const routeCommands = (layout: Layout, node: NodeLayout): Command[] =>
  layout.nodes
    .filter((other) => other.number !== node.number)
    .map((other) => onNetwork(node, 'route', 'replace', other.podCidr, 'via', other.address));

const portOf = (node: NodeLayout): string => `port${node.number}`;

/** Whether the first node has its bridge. */
export const bridgeCommand = (first: NodeLayout): Command => onNetwork(first, 'link', 'show', 'nodes');

/** Whether a node has its network. */
export const loopbackCommand = (node: NodeLayout): Command => onNetwork(node, 'link', 'show', 'lo');

/** Whether a further node is plugged into the first one in its present state: the node's own end outlives a bridge that has gone. */
export const portCommand = (first: NodeLayout, node: NodeLayout): Command =>
  onNetwork(first, 'link', 'show', portOf(node));

/** Removes what is left of a link into a bridge that has gone. */
export const unplugCommand = (node: NodeLayout): Command => onNetwork(node, 'link', 'delete', 'nodes');

/** Ends all of a node at once: `--kill-child` takes the namespaces down with it. */
export const endCommand = (processes: NodeProcesses): Command => ['kill', '-KILL', String(processes.outer)];

/** Looks for the host's link. */
export const hostLinkCommand = (layout: Layout): Command => ['ip', 'link', 'show', layout.hostLink];

/** Whether the host's link is there. */
export const hasHostLink = async (layout: Layout, read: Exec): Promise<boolean> =>
  (await read(hostLinkCommand(layout)).catch(() => '')) !== '';

/** The kernel takes a moment to remove the link of a network that has ended; this does it at once. */
export const removeHostLinkCommand = (layout: Layout): Command => ['ip', 'link', 'delete', layout.hostLink];

/** Removes what the kernel keeps when the processes are gone: empty cgroups, busy for a moment after the last one. */
export const removeCgroupsCommand = (node: NodeLayout): Command => ['sh', removeCgroupsScript, node.cgroup];
