// Connects further nodes of a local cluster: links to the first node's bridge, and routes between pods.
import type { Command, Exec } from '../../../core/types.ts';
import { until } from '../../../core/wait.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { Step } from '../../../steps/types.ts';
import { layoutOf, type NodeLayout } from '../layout.ts';
import { verifyRuns } from './ended.ts';
import { bridgeCommand, loopbackCommand, plugCommands, portCommand, routeCommands, unplugCommand } from './nodes.ts';

const succeeds = (command: Command, run: Exec): Promise<boolean> =>
  run(command, { asRoot: true }).then(
    (output) => output !== '',
    () => false,
  );

/** The further nodes that the first one does not know. */
async function unplugged([first, ...others]: NodeLayout[], read: Exec): Promise<NodeLayout[]> {
  if (!first) return [];
  const known = await Promise.all(others.map((node) => succeeds(portCommand(first, node), read)));
  return others.filter((_, index) => !known[index]);
}

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
          for (const node of nodes) verifyRuns(node);
          const [first, ...others] = nodes;
          const found = await Promise.all([
            ...(first ? [succeeds(bridgeCommand(first), read)] : []),
            ...others.map((node) => succeeds(loopbackCommand(node), read)),
          ]);
          const missing = nodes.filter((_, index) => !found[index]).map(({ name }) => name);
          if (missing.length === 0) return { done: true };
          return { seen: `none yet on ${missing.join(', ')}` };
        },
      });
    },
  },
  {
    title: 'Connect the nodes',
    skip: async ({ read }) =>
      (await unplugged((await layoutOf(profile, read)).nodes, read)).length === 0 && 'connected',
    run: async ({ read, run }) => {
      const layout = await layoutOf(profile, read);
      const [first] = layout.nodes;
      for (const node of await unplugged(layout.nodes, read)) {
        if (!first) continue;
        // There is one only if the first node was started again.
        await run(unplugCommand(node), { asRoot: true }).catch(() => '');
        for (const command of plugCommands(first, node)) await run(command, { asRoot: true });
      }
      for (const node of layout.nodes)
        for (const command of routeCommands(layout, node)) await run(command, { asRoot: true });
    },
  },
];
