// Creates the cluster at DigitalOcean exactly once, also if an answer is lost or another run is first.
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Output } from '../../steps/types.ts';
import type { DoCluster } from './answers.ts';
import type { Api } from './api.ts';
import { isLost } from './failures.ts';
import { type Found, findClusters } from './find.ts';
import { quoteCluster } from './quote.ts';

/** How long a cluster may take to show up in the list after an answer was lost, in seconds. */
const appearSeconds = 30;

export interface CreateTiming {
  appearSeconds: number;
  everyMs: number;
}

/** Asks for a cluster once. If the answer is lost, looks whether there is one now. */
export async function createCluster(
  { profile, change }: Pick<Context, 'profile' | 'change'>,
  api: Api,
  out: Output,
  timing: CreateTiming = { appearSeconds, everyMs: 2000 },
): Promise<void> {
  const { request } = await quoteCluster(api, profile);
  const what = `create cluster ${request.name}`;
  const creation = { action: 'create', name: `POST /v2/kubernetes/clusters ${JSON.stringify(request)}` } as const;
  const made = await change(creation, async () => {
    try {
      const answer = await api.post<{ kubernetes_cluster: DoCluster }>(what, '/kubernetes/clusters', request);
      return answer.kubernetes_cluster;
    } catch (error) {
      if (!isLost(error)) throw error;
      out.line('the answer was lost: checking whether the cluster exists');
      return appeared(api, profile, error, timing);
    }
  });
  if (!made) return;
  out.line(`${made.id} in ${made.region}`);
  await removeSecond(api, profile, made.id, change, out);
}

async function appeared(api: Api, profile: Profile, lost: unknown, { appearSeconds, everyMs }: CreateTiming) {
  const { clusterName: name } = profile;
  return until<DoCluster>({
    for: `cluster ${name}`,
    seconds: appearSeconds,
    everyMs,
    signal: api.signal,
    probe: async () => {
      const { cluster } = await findClusters(api, profile);
      return cluster ? { done: cluster } : { seen: 'no such cluster yet' };
    },
  }).catch((error: unknown) => {
    if (api.signal.aborted) throw error;
    throw new Failure(`${(lost as Error).message}; and no cluster ${name} has appeared within ${appearSeconds} s`, {
      hint: 'run the command again: firesteel looks for the cluster first',
      cause: error,
    });
  });
}

/**
 * Two people may ask at once, each before the other's cluster is to be seen. Both see both afterwards: the older one
 * stays, and the run that made the younger one deletes it.
 */
async function removeSecond(
  api: Api,
  profile: Profile,
  id: string,
  change: Context['change'],
  out: Output,
): Promise<void> {
  const { cluster, others } = await findClusters(api, profile);
  if (!cluster || !others.some((other) => other.id === id)) return;
  out.line(`another run was first: using cluster ${cluster.id}, deleting ${id}`);
  await change({ action: 'delete', name: `DELETE /v2/kubernetes/clusters/${id}` }, () =>
    api.remove(`delete cluster ${id}`, `/kubernetes/clusters/${id}`),
  );
}

/** The Failure of a name that someone else's cluster has. */
export function foreignFailure({ foreign }: Found): Failure {
  const [{ id = '', name = '', region = '' } = {}] = foreign;
  return new Failure(`the account already has a cluster ${name} (${id} in ${region}), which firesteel did not make`, {
    hint: 'set clusterName to another name, or use that cluster with --profile context',
  });
}
