// Looks at the whole dev stack: what runs, where, and in which state.
import type { Exec } from '../../core/types.ts';
import { stackContainers } from './containers.ts';
import { lacking, look } from './health.ts';
import { findProcesses, partSigns, processOf } from './processes.ts';
import { labAddress, pagesAddress, type Stack, tokenFile } from './stack.ts';

/** What one look at the dev stack shows; the JSON output has the same. */
export interface DevState {
  kind: 'containers' | 'processes';
  healthy: boolean;
  /** What it lacks for work; undefined if it is healthy. */
  lacks: string | undefined;
  /** Absolute path of the folder of notebooks. */
  notebooks: string;
  /** Where JupyterLab is, without its token. */
  lab: string;
  /** The file with nothing but the token. */
  tokenFile: string;
  kernels: number;
  /** Where the master shows its workers and applications. */
  master: string;
  /** Cores of the worker; undefined if there is none. */
  cores: { all: number; taken: number } | undefined;
  /** Ids of the processes of its parts, or names of its containers. */
  parts: Record<string, number> | string[];
}

/** Only reads. Failure if the engine of its containers does not answer. */
export async function lookAtStack(stack: Stack, read: Exec): Promise<DevState> {
  const { kind, notebooks } = stack;
  const health = await look(stack);
  const lacks = lacking(health);
  const [worker] = health.workers ?? [];
  return {
    kind,
    healthy: lacks === undefined,
    lacks,
    notebooks,
    lab: labAddress(stack),
    tokenFile: tokenFile(),
    kernels: health.kernels,
    master: pagesAddress(stack),
    cores: worker && { all: worker.cores, taken: worker.used },
    parts: kind === 'containers' ? (await stackContainers(read, 'running')).sort() : partProcesses(),
  };
}

/** Its own processes by name; those that do not run are missing. */
function partProcesses(): Record<string, number> {
  const processes = findProcesses();
  const names = Object.keys(partSigns) as (keyof typeof partSigns)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = processOf(name, processes);
      return found ? [[name, found.pid]] : [];
    }),
  );
}
