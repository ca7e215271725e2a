// How a cluster is, by what Google says of it.
import type { Profile } from '../../lib/schema.ts';
import type { Container, GkeCluster } from './container.ts';
import { googleFailure } from './failures.ts';
import { clusterPath, ownLabel, projectOf } from './names.ts';

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
