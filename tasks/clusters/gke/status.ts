// The state of a GKE cluster, for people and for steps.
import { Failure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { ClusterStatus } from '../../steps/cluster.ts';
import type { Context } from '../../steps/types.ts';
import { hasFiles } from '../namesakes.ts';
import type { Container, GkeCluster } from './api/container.ts';
import { hasNoCredentials } from './api/credentials.ts';
import { googleFailure } from './api/failures.ts';
import { type Door, usualDoor } from './api/google.ts';
import { clusterPath, givenProject, ownLabel, projectOf } from './names.ts';

/** Looks; where there is nobody to ask as, and nothing on this machine of the cluster, that is what is seen. */
export async function lookIfPossible(
  profile: Profile,
  context: Pick<Context, 'signal'>,
  door: Door,
): Promise<Seen | { is: 'unknown'; why: string }> {
  const isKnownHere = hasFiles(profile);
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
      return answer('broken', `${seen.is}: ${complaints(seen.cluster)}; delete it: firesteel destroy`, seen.cluster);
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

/** Cluster.Status of google.container.v1, and what we make of the label. */
export type Seen =
  | { is: 'absent' }
  | { is: 'foreign'; cluster: GkeCluster }
  | { is: 'provisioning' | 'running' | 'reconciling' | 'stopping' | 'error' | 'degraded'; cluster: GkeCluster };

const statuses: Record<string, Exclude<Seen['is'], 'absent' | 'foreign'>> = {
  PROVISIONING: 'provisioning',
  RUNNING: 'running',
  RECONCILING: 'reconciling',
  STOPPING: 'stopping',
  ERROR: 'error',
  DEGRADED: 'degraded',
};

/** Whether a cluster bears our label. */
const isOurs = ({ resourceLabels }: GkeCluster): boolean => resourceLabels?.[ownLabel.key] === ownLabel.value;

/** What an answer means; a status of days to come counts as a change under way. */
function seenAs(cluster: GkeCluster | undefined): Seen {
  if (!cluster) return { is: 'absent' };
  if (!isOurs(cluster)) return { is: 'foreign', cluster };
  return { is: statuses[String(cluster.status)] ?? 'reconciling', cluster };
}

/** Looks at the profile's cluster. Failure if Google does not tell. */
export async function lookAtCluster(profile: Profile, container: Container): Promise<Seen> {
  const project = projectOf(profile);
  try {
    return seenAs(await container.getCluster(clusterPath(profile)));
  } catch (error) {
    throw googleFailure(error, { doing: `look for cluster ${profile.clusterName}`, project });
  }
}

/** What Google says is wrong with a cluster, in its own words. */
export const complaints = ({ conditions, statusMessage }: GkeCluster): string =>
  [...new Set([statusMessage, ...(conditions ?? []).map(({ message }) => message)])].filter(Boolean).join('; ') ||
  'Google does not say why';
