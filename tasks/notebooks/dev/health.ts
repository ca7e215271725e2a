// Checks over HTTP whether JupyterLab and the Spark master work.
import { Failure } from '../../core/failure.ts';
import { jsonIn } from '../../core/json.ts';
import { boundedFetch } from '../../core/network/bounded-fetch.ts';
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

/** More than any answer that is looked at. */
const mostBytes = 2 ** 22;

interface Answer {
  status: number;
  text: string;
}

/** The whole answer, or none. */
async function ask(url: string, headers: Record<string, string> = {}): Promise<Answer | undefined> {
  try {
    const { status, body } = await boundedFetch(url, { headers }, { ms: lookMs, mostBytes });
    return { status, text: body.toString() };
  } catch {
    return undefined;
  }
}

/** What a good answer says; undefined if it is none. */
function parsed(answer: Answer | undefined): unknown {
  return answer?.status === 200 ? jsonIn(answer.text) : undefined;
}

/**
 * Whether the JupyterLab at an address has turned someone without the token away; a slow one has not yet. Failure if it
 * lets people in.
 */
export async function verifyLocked(address: string): Promise<boolean> {
  const answer = await ask(`${address}/api/kernels`);
  if (!answer || answer.status >= 500) return false;
  if (answer.status === 403) return true;
  throw new Failure(`JupyterLab answers requests without a token (${answer.status}, expected 403)`, {
    hint: 'remove the settings of token and password from /etc/jupyter',
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
  const running = parsed(kernels) as unknown[] | undefined;
  const state = parsed(master) as MasterState | undefined;
  return {
    lab: api?.status === 200 && kernels ? (running ? 'healthy' : 'strange') : undefined,
    kernels: running?.length ?? 0,
    workers: state?.workers
      ?.filter((worker) => worker.state === 'ALIVE')
      .map(({ cores, coresused, memory }) => ({ cores, used: coresused, mebibytes: memory })),
  };
}

/** What is missing for work, for people; undefined if nothing is. */
export function lacking({ lab, workers }: Health): string | undefined {
  if (!workers) return 'the Spark master does not answer yet';
  if (workers.length === 0) return 'no worker has registered with the master yet';
  if (lab === 'strange') return 'JupyterLab rejects the token';
  return lab ? undefined : 'JupyterLab does not answer yet';
}
