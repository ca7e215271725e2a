// Stops a local cluster and removes all of it.
import { existsSync } from 'node:fs';
import { until } from '../../core/wait.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Step } from '../../steps/types.ts';
import { layoutOf } from './layout.ts';
import { endCommand, findNode, hasHostLink, removeCgroupsCommand, removeHostLinkCommand } from './node/nodes.ts';

const endSeconds = 15;

export const destroySteps = (profile: Profile): Step[] => [
  {
    title: 'Stop the nodes',
    skip: async ({ read }) => !(await layoutOf(profile, read)).nodes.some((node) => findNode(node)) && 'not running',
    run: async ({ read, run }) => {
      const { nodes } = await layoutOf(profile, read);
      for (const node of nodes) {
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
      return !(existsSync(layout.folder) && (await hasHostLink(layout, read))) && 'nothing to remove';
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
      const { nodes } = await layoutOf(profile, read);
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
    skip: async ({ read }) => !existsSync((await layoutOf(profile, read)).folder) && 'nothing to remove',
    run: async ({ read, run }) => {
      const { nodes, folder } = await layoutOf(profile, read);
      for (const node of nodes) await run(removeCgroupsCommand(node), { asRoot: true });
      await run(['rm', '--recursive', '--force', '--one-file-system', folder], { asRoot: true });
    },
  },
];
