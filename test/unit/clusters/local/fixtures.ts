// What the tests of the local cluster share: profiles, commands that answer from a table, their own data folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { type Layout, layoutOn, type NodeLayout } from '../../../../tasks/clusters/local/layout.ts';
import type { Networks } from '../../../../tasks/clusters/local/network/networks.ts';
import { shown } from '../../../../tasks/core/exec.ts';
import { dataPath } from '../../../../tasks/core/paths.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

export const profileWith = (...sets: string[]) => readProfile('local', sets);

/** Commands by their words; any other fails. */
export const answering =
  (answers: Record<string, string>): Exec =>
  async (command) => {
    const answer = answers[shown(command)];
    if (answer === undefined) throw new Error(`unexpected command: ${shown(command)}`);
    return answer;
  };

/** Networks of a cluster, with this one for its nodes. */
export const networks = (nodeNetwork = '198.18.7.0/24'): Networks => ({
  nodeNetwork,
  podSubnet: '198.19.0.0/17',
  serviceSubnet: '198.19.128.0/20',
  outsideNetwork: '198.18.255.0/24',
});

/** Those of a machine that can do everything. */
export const abilities = { snapshotter: 'overlayfs', enforces: true } as const;

/** How routes of this machine are looked up. */
export const routesCommand = 'ip -4 -json route show table all';

/** Where a cluster of this many nodes would be, and its nodes. */
export async function clusterOf(nodes: number): Promise<{ layout: Layout; first: NodeLayout; last: NodeLayout }> {
  if (!dataPath().startsWith(tmpdir())) throw new Error("this would be the user's own cluster: call ownFolder first");
  const layout = layoutOn(await profileWith(`local.nodes=${nodes}`), networks());
  const [first] = layout.nodes;
  const last = layout.nodes.at(-1);
  if (!first || !last) throw new Error('a cluster without nodes');
  return { layout, first, last };
}

/** A process that looks like a node's: its command line is that of `unshare`, and it has a child. */
export async function startLookalike(node: NodeLayout): Promise<{ child: ChildProcess; end: () => Promise<void> }> {
  const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait', node.folder], {
    argv0: 'unshare',
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    child,
    end: () => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      return ended;
    },
  };
}
