// The processes of a local cluster's nodes: how they are started, found again without any file, and ended.
import { readdirSync, readFileSync } from 'node:fs';
import { projectPath } from '../../lib/paths.ts';
import type { Command } from '../../lib/types.ts';
import type { Layout, NodeLayout } from './layout.ts';

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

const numbers = (text: string): number[] => text.split(/\s+/).filter(Boolean).map(Number);

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** Finds a node's processes by their command line, so that a stale file can never name a stranger. */
export function findNode(node: NodeLayout): NodeProcesses | undefined {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const words = commandLine(pid);
    if (words[0] !== 'unshare' || words.at(-1) !== node.folder) continue;
    try {
      const [init] = numbers(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
      if (init) return { outer: Number(pid), init };
    } catch {
      // It ended between the two looks.
    }
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

const onNetwork = (node: NodeLayout, ...words: string[]): Command => [
  'nsenter',
  `--net=${networkOf(node)}`,
  'ip',
  ...words,
];

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

/** Whether a further node is plugged into the first one as it is now: the node's own end outlives a bridge that has gone. */
export const portCommand = (first: NodeLayout, node: NodeLayout): Command =>
  onNetwork(first, 'link', 'show', portOf(node));

/** Removes what is left of a link into a bridge that has gone. */
export const unplugCommand = (node: NodeLayout): Command => onNetwork(node, 'link', 'delete', 'nodes');

/** Ends all of a node at once: `--kill-child` takes the namespaces down with it. */
export const endCommand = (processes: NodeProcesses): Command => ['kill', '-KILL', String(processes.outer)];

/** Whether the host's link is there. */
export const hostLinkCommand = (layout: Layout): Command => ['ip', 'link', 'show', layout.hostLink];

/** The kernel takes a moment to remove the link of a network that has ended; this does it at once. */
export const removeHostLinkCommand = (layout: Layout): Command => ['ip', 'link', 'delete', layout.hostLink];

/** Removes what the kernel keeps when the processes are gone: empty cgroups, busy for a moment after the last one. */
export const removeCgroupsCommand = (node: NodeLayout): Command => ['sh', removeCgroupsScript, node.cgroup];
