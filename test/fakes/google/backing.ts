// Google's clusters in end-to-end tests: as many nodes as were requested, of a real local cluster.
import { type LocalMachine, type LocalMachineOptions, startLocalMachine } from '../local-machine.ts';
import type { Backing } from './clusters.ts';

export interface LocalBacking extends Backing {
  /** Those that are there, by their names at Google. */
  machines: Map<string, LocalMachine>;
  /** How many were started, ever. */
  started(): number;
}

/** A region has three zones, and a pool its nodes in each; Autopilot makes nodes for pods, here one for all. */
const nodesOf = (pools: { initialNodeCount?: number | null }[], isAutopilot: boolean): number =>
  isAutopilot ? 1 : pools.reduce((sum, pool) => sum + (pool.initialNodeCount ?? 0), 0);

export function localBacking(options: LocalMachineOptions): LocalBacking {
  const machines = new Map<string, LocalMachine>();
  let started = 0;
  return {
    machines,
    started: () => started,
    async start(cluster, onStage) {
      started += 1;
      const name = cluster.name ?? '';
      const nodes = nodesOf(cluster.nodePools ?? [], cluster.autopilot?.enabled ?? false);
      const machine = await startLocalMachine(nodes, options, onStage);
      machines.set(name, machine);
      return {
        ...machine,
        async remove() {
          machines.delete(name);
          await machine.remove();
        },
      };
    },
  };
}
