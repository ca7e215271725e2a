// Checks once whether the cluster answers, for all checks that need it.
import { Failure, messageOf } from '../../core/failure.ts';
import { httpStatusOf } from '../../kube/failure.ts';
import type { Kube } from '../../kube/types.ts';
import { type Check, type Finding, notAvailable } from '../../steps/check.ts';
import type { ClusterStatus } from '../../steps/cluster.ts';
import type { Context } from '../../steps/types.ts';

/** What was seen of the cluster. */
export interface Reached {
  state: ClusterStatus['state'];
  detail: string;
  /** As `v1.36.3`; undefined if the API server does not answer. */
  version: string | undefined;
  /** Why it does not answer. */
  why: string;
}

/** Milliseconds: a cluster that answers does so at once. */
const patienceMs = 60_000;

const known = new WeakMap<Kube, Promise<Reached>>();

/** The answer of a promise, or of the time that is up. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function look(context: Context): Promise<Reached> {
  const { cluster, kube } = context;
  const status: Pick<ClusterStatus, 'state' | 'detail'> = await cluster
    .status(context)
    .catch((error: unknown) => ({ state: 'broken', detail: messageOf(error) }) as const);
  if (status.state === 'absent' || status.state === 'stopped')
    return { ...status, version: undefined, why: status.detail };
  return within(patienceMs, kube.raw('/version')).then(
    (text) => ({ ...status, version: String(JSON.parse(text).gitVersion), why: '' }),
    (error: unknown) => ({ ...status, version: undefined, why: messageOf(error) }),
  );
}

/** Asked once; asked again with another client. */
export function reach(context: Context): Promise<Reached> {
  const found = known.get(context.kube) ?? look(context);
  known.set(context.kube, found);
  return found;
}

/** What all say who look at a cluster that is not there. */
const noCluster = 'no cluster answers';

/** A check that needs an answer of the cluster, and says where it may not look. */
export const onCluster =
  (run: Check['run']): Check['run'] =>
  async (context): Promise<Finding> => {
    if ((await reach(context)).version === undefined) return notAvailable(noCluster);
    try {
      return await run(context);
    } catch (error) {
      if (httpStatusOf(error) === 403) return notAvailable(`no permission to look: ${messageOf(error)}`);
      throw error;
    }
  };
