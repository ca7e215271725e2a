// Stops a local cluster and removes all of it.
import { existsSync } from 'node:fs';
import type { Exec } from '../../core/types.ts';
import { until } from '../../core/wait.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Step } from '../../steps/types.ts';
import { isOthers } from '../namesakes.ts';
import { layoutOf, type NodeLayout, possibleNodes } from './layout.ts';
import { endCommand, findNode, hasHostLink, removeCgroupsCommand, removeHostLinkCommand } from './node/nodes.ts';

const endSeconds = 15;

/** Finds the nodes that have a folder, and those that run without one: it may have been removed under them. */
function nodeFinder(profile: Profile): (read: Exec) => Promise<NodeLayout[]> {
  let running: NodeLayout[] | undefined;
  return async (read) => {
    const layout = await layoutOf(profile, read);
    running ??= possibleNodes(profile, layout).filter((node) => findNode(node));
    const others = running.filter(({ number }) => !layout.nodes.some((node) => node.number === number));
    return [...layout.nodes, ...others];
  };
}

export const destroySteps = (profile: Profile, nodesOf = nodeFinder(profile)): Step[] => [
  {
    title: 'Stop the nodes',
    skip: async ({ read }) => !(await nodesOf(read)).some((node) => findNode(node)) && 'not running',
    run: async ({ read, run }) => {
      for (const node of await nodesOf(read)) {
        const processes = findNode(node);
        if (processes) await run(endCommand(processes), { asRoot: true });
      }
    },
  },
  {
    title: 'Remove the network link',
    skip: async ({ read }) => {
      const layout = await layoutOf(profile, read);
      // Without a folder, it is the link of a cluster in another data folder.
      return (
        !(existsSync(layout.folder) && !isOthers(profile) && (await hasHostLink(layout, read))) && 'nothing to remove'
      );
    },
    // It may go by itself between the look and this.
    run: async ({ read, run }) => {
      await run(removeHostLinkCommand(await layoutOf(profile, read)), { asRoot: true }).catch(() => '');
    },
  },
  {
    title: 'Wait for the nodes to stop',
    observes: true,
    run: async ({ read, signal }) => {
      const nodes = await nodesOf(read);
      await until({
        for: "end of the nodes' processes",
        seconds: endSeconds,
        everyMs: 20,
        signal,
        probe: async () => {
          const left = nodes.filter((node) => findNode(node));
          return left.length === 0
            ? { done: true }
            : { seen: `still there: ${left.map(({ name }) => name).join(', ')}` };
        },
      });
    },
  },
  {
    title: "Remove the cluster's cgroups and folder",
    skip: async ({ read }) => {
      const { folder, nodes } = await layoutOf(profile, read);
      if (isOthers(profile)) return 'a cluster of another kind has the folder';
      return !existsSync(folder) && (await nodesOf(read)).length === nodes.length && 'nothing to remove';
    },
    run: async ({ read, run }) => {
      const { folder } = await layoutOf(profile, read);
      for (const node of await nodesOf(read)) await run(removeCgroupsCommand(node), { asRoot: true });
      await run(['rm', '--recursive', '--force', '--one-file-system', folder], { asRoot: true });
    },
  },
];
