// Reads the master's JSON page about workers and applications, through a forward.
import type { Context } from '../steps/types.ts';
import { partSelector, ports } from './names.ts';

/** A worker as the master knows it; one that was lost stays in the list for a while, as DEAD. */
export interface WorkerView {
  id: string;
  /** The address of its pod. */
  host: string;
  cores: number;
  coresused: number;
  /** MiB of heap. */
  memory: number;
  memoryused: number;
  state: 'ALIVE' | 'DEAD' | 'DECOMMISSIONED' | 'UNKNOWN';
}

interface ApplicationView {
  id: string;
  name: string;
  cores: number;
  state: string;
}

/** JsonProtocol.writeMasterState, Spark 3.5 to 4.3. */
export interface MasterView {
  status: 'STANDBY' | 'RECOVERING' | 'COMPLETING_RECOVERY' | 'ALIVE';
  workers: WorkerView[];
  activeapps: ApplicationView[];
}

type Look = Pick<Context, 'kube' | 'profile' | 'signal'>;

const answerMs = 10_000;

/** Targets of forwards to the master's pages. */
export const pagesOf = (namespace: string) => [
  { namespace, selector: partSelector('master'), port: ports.masterPages },
];

/** Does something with a look at the master, which is undefined where the master does not answer; one forward for all. */
export async function withMaster<T>(
  { kube, profile, signal }: Look,
  action: (look: () => Promise<MasterView | undefined>) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const forward = await kube.forward(pagesOf(profile.namespace), {
    signal: AbortSignal.any([signal, ending.signal]),
  });
  try {
    return await action(() => masterAt(`http://${forward.address}`));
  } finally {
    ending.abort();
    await forward.closed;
  }
}

/** The view of the master behind this address; undefined where none answers. */
export async function masterAt(address: string): Promise<MasterView | undefined> {
  try {
    const answer = await fetch(`${address}/json/`, { signal: AbortSignal.timeout(answerMs) });
    return answer.ok ? ((await answer.json()) as MasterView) : undefined;
  } catch {
    return undefined;
  }
}

/** Workers that take executors. */
export const aliveWorkers = ({ workers }: MasterView): WorkerView[] => workers.filter(({ state }) => state === 'ALIVE');
