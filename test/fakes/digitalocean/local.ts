// Clusters at the fake DigitalOcean that are real ones: as many nodes of a local cluster as were requested.
import { join } from 'node:path';
import { connectKube } from '../../../tasks/kube/client.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { type LocalMachine, startLocalMachine } from '../local-machine.ts';
import type { Backing } from './clusters.ts';

export interface LocalBacking extends Backing {
  /** Those that are there, by their ids at DigitalOcean. */
  machines: Map<string, LocalMachine>;
  /** How many were started, ever. */
  started(): number;
  /** A machine's API as DigitalOcean itself. */
  kube(id: string, signal: AbortSignal): Kube;
}

export interface LocalOptions {
  /** A data folder for each cluster is made in it. */
  folder: string;
  /** Whether an Authorization comes in. */
  admits(authorization: string | undefined): boolean;
  /** Further keys of the local clusters' profile, in its block `local`. */
  local: object;
}

export function localBacking(options: LocalOptions): LocalBacking {
  const machines = new Map<string, LocalMachine>();
  let started = 0;
  return {
    machines,
    started: () => started,
    kube(id, signal) {
      const machine = machines.get(id);
      if (!machine) throw new Error(`no machine plays ${id}`);
      const folder = join(machine.env['XDG_DATA_HOME'] ?? '', 'firesteel', 'clusters', machine.name);
      return connectKube(() => ({ path: join(folder, 'kubeconfig'), context: machine.name }), signal);
    },
    async start({ id }, nodes) {
      started += 1;
      const machine = await startLocalMachine(nodes, options, () => {});
      machines.set(id, machine);
      return {
        ...machine,
        async remove() {
          machines.delete(id);
          await machine.remove();
        },
      };
    },
  };
}
