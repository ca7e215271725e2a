// The state of a cluster of GKE for people, and for steps that may run where nothing is set up yet.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { Profile } from '../../lib/schema.ts';
import type { ClusterStatus, Context } from '../../lib/types.ts';
import type { GkeCluster } from './container.ts';
import { hasNoCredentials } from './credentials.ts';
import { type Door, usualDoor } from './google.ts';
import { complaints, lookAtCluster, type Seen } from './look.ts';
import { givenProject } from './names.ts';
import { operationFile } from './operations.ts';

/** Looks; where there is nobody to ask as, and nothing on this machine of the cluster, that is what is seen. */
export async function lookIfPossible(
  profile: Profile,
  context: Pick<Context, 'signal'>,
  door: Door,
): Promise<Seen | { is: 'unknown'; why: string }> {
  const isKnownHere = existsSync(dirname(operationFile(profile)));
  if (!givenProject(profile) && !isKnownHere) return { is: 'unknown', why: 'no project is named' };
  try {
    return await lookAtCluster(profile, door.open(context).container);
  } catch (error) {
    if (isKnownHere || !hasNoCredentials(error)) throw error;
    return { is: 'unknown', why: (error as Failure).message };
  }
}

/** Never fails: a question without an answer becomes a line. */
export async function gkeStatus(context: Context, door: Door = usualDoor): Promise<ClusterStatus> {
  const { profile, kube } = context;
  const seen = await lookIfPossible(profile, context, door).catch((error: unknown) => {
    if (error instanceof Failure) return { is: 'refused' as const, why: error.message };
    throw error;
  });
  const answer = (state: ClusterStatus['state'], detail: string, cluster?: GkeCluster): ClusterStatus => ({
    state,
    detail,
    components: cluster ? nodePools(cluster) : [],
  });
  switch (seen.is) {
    case 'unknown':
      return answer('absent', seen.why);
    case 'refused':
      return answer('broken', seen.why);
    case 'absent':
      return answer('absent', `GKE has no such cluster in ${profile.gke.location}`);
    case 'foreign':
      return answer('broken', 'it was not made by firesteel');
    case 'provisioning':
      return answer('broken', 'it is being created; deploy waits for it');
    case 'stopping':
      return answer('broken', 'it is being deleted');
    case 'error':
    case 'degraded':
      return answer('broken', `${seen.is}: ${complaints(seen.cluster)}; destroy it`, seen.cluster);
    case 'reconciling':
    case 'running': {
      const detail = `${described(seen.cluster)}${seen.is === 'running' ? '' : ', being changed by Google'}`;
      return kube.raw('/readyz').then(
        () => answer('running', detail, seen.cluster),
        (error: unknown) => answer('broken', `${detail}, but ${(error as Error).message}`, seen.cluster),
      );
    }
  }
}

/** Such as "3 nodes, Kubernetes 1.34.1-gke.1829001, europe-west1-b". */
export const described = ({ currentNodeCount, currentMasterVersion, location, autopilot }: GkeCluster): string =>
  [
    autopilot?.enabled ? 'Autopilot' : currentNodeCount ? `${currentNodeCount} nodes` : '',
    currentMasterVersion ? `Kubernetes ${currentMasterVersion}` : '',
    location ?? '',
  ]
    .filter(Boolean)
    .join(', ');

/** Autopilot's pools are Google's own business. */
const nodePools = ({ nodePools, autopilot, location }: GkeCluster): ClusterStatus['components'] =>
  autopilot?.enabled
    ? []
    : (nodePools ?? []).map(({ name, status, statusMessage, conditions }) => ({
        node: location ?? '',
        name: `node pool ${name}`,
        state: String(status) === 'RUNNING' || String(status) === 'RECONCILING' ? 'running' : 'stopped',
        restarts: 0,
        ...(statusMessage || conditions?.length ? { lastError: complaints({ statusMessage, conditions }) } : {}),
      }));
