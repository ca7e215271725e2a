// Further nodes of a local cluster: their links into the first one's bridge and the routes between pods.

import type { Profile } from '../../lib/schema.ts';
import type { Exec, Step } from '../../lib/types.ts';
import { until } from '../../lib/wait.ts';
import { layoutOf, type NodeLayout } from './layout.ts';
import { findNode, linkCommand, plugCommands, routeCommands } from './nodes.ts';

const hasLink = (node: NodeLayout, read: Exec): Promise<boolean> =>
  read(linkCommand(node), { asRoot: true }).then(
    (found) => found !== '',
    () => false,
  );

export const networkPluggingSteps = (profile: Profile): Step[] => [
  {
    title: "Wait for the nodes' networks",
    observes: true,
    run: async ({ read, signal }) => {
      const { nodes } = await layoutOf(profile, read);
      await until({
        for: 'network namespaces of the nodes',
        seconds: 20,
        everyMs: 20,
        signal,
        probe: async () => {
          const missing = [];
          for (const node of nodes) {
            const command = ['nsenter', `--net=/proc/${findNode(node)?.init}/root/run/netns/node`, 'true'] as const;
            if (
              !(await read(command, { asRoot: true }).then(
                () => true,
                () => false,
              ))
            )
              missing.push(node.name);
          }
          const [first] = nodes;
          if (missing.length === 0 && first && (await hasLink(first, read))) return { done: true };
          return { seen: `none yet on ${missing.join(', ')}` };
        },
      });
    },
  },
  {
    title: 'Connect the nodes',
    skip: async ({ read }) => {
      const { nodes } = await layoutOf(profile, read);
      const linked = await Promise.all(nodes.map((node) => hasLink(node, read)));
      return linked.every(Boolean) && 'connected';
    },
    run: async ({ read, run }) => {
      const layout = await layoutOf(profile, read);
      const [first, ...others] = layout.nodes;
      for (const node of others)
        if (first && !(await hasLink(node, read)))
          for (const command of plugCommands(first, node)) await run(command, { asRoot: true });
      for (const node of layout.nodes)
        for (const command of routeCommands(layout, node)) await run(command, { asRoot: true });
    },
  },
];
