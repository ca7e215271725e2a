// Whether the stack works, asked over HTTP: what JupyterLab and Spark's master say of themselves.
import { Failure } from '../lib/failure.ts';
import { labAddress, pagesAddress, readToken, type Stack } from './stack.ts';

/** What one look at the stack shows. */
export interface Health {
  /** JupyterLab takes our token; undefined if nothing answers. */
  lab: 'healthy' | 'strange' | undefined;
  kernels: number;
  /** Workers the master has; undefined if it does not answer. */
  workers: { cores: number; used: number; mebibytes: number }[] | undefined;
}

const lookMs = 5000;

const ask = (url: string, headers: Record<string, string> = {}): Promise<Response | undefined> =>
  fetch(url, { headers, signal: AbortSignal.timeout(lookMs) }).catch(() => undefined);

/**
 * Whether the JupyterLab at an address has turned somebody without the token away; a slow one has not yet. Failure if it
 * lets people in.
 */
export async function verifyLocked(address: string): Promise<boolean> {
  const answer = await ask(`${address}/api/kernels`);
  if (!answer || answer.status >= 500) return false;
  if (answer.status === 403) return true;
  throw new Failure(`JupyterLab gives ${answer.status}, not 403, to whoever has no token`, {
    hint: 'look for a token or password in /etc/jupyter and take it out',
  });
}

interface MasterState {
  workers?: { state: string; cores: number; coresused: number; memory: number }[];
}

/** Looks at every part once. */
export async function look(stack: Stack): Promise<Health> {
  const [api, kernels, master] = await Promise.all([
    ask(`${labAddress(stack)}/api`),
    ask(`${labAddress(stack)}/api/kernels`, { Authorization: `token ${readToken() ?? ''}` }),
    ask(`${pagesAddress(stack)}/json/`),
  ]);
  const running = kernels?.ok ? ((await kernels.json()) as unknown[]).length : 0;
  const state = master?.ok ? ((await master.json().catch(() => undefined)) as MasterState | undefined) : undefined;
  return {
    lab: api?.ok && kernels ? (kernels.ok ? 'healthy' : 'strange') : undefined,
    kernels: running,
    workers: state?.workers
      ?.filter((worker) => worker.state === 'ALIVE')
      .map(({ cores, coresused, memory }) => ({ cores, used: coresused, mebibytes: memory })),
  };
}

/** What is missing for work, for people; undefined if nothing is. */
export function lacking({ lab, workers }: Health): string | undefined {
  if (!workers) return 'the Spark master does not answer yet';
  if (workers.length === 0) return 'no worker is with the master yet';
  if (lab === 'strange') return 'JupyterLab does not take the token';
  return lab ? undefined : 'JupyterLab does not answer yet';
}
