// Finds clusters of the profile's name, and tells ours from others by our tag.
import type { Profile } from '../../profile/schema.ts';
import type { DoCluster } from './answers.ts';
import type { Api } from './api.ts';

/** On everything that firesteel makes in an account. */
export const ourTag = 'managed-by:firesteel';

/** The clusters of one name: DigitalOcean lets several have it. */
export interface Found {
  /** The one that everybody uses: of ours, the oldest. */
  cluster?: DoCluster;
  /** Ours too, made beside it at the same time; oldest first. */
  others: DoCluster[];
  /** Someone else's. */
  foreign: DoCluster[];
  /** Ours, and being deleted. */
  leaving: DoCluster[];
}

const isLeaving = ({ status }: DoCluster): boolean => status.state === 'deleting' || status.state === 'deleted';

/** The older comes first; of two that are as old, everybody takes the same. */
const byAge = (a: DoCluster, b: DoCluster): number =>
  Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : 1);

/** Sorts an account's clusters by what they are to the profile. */
export function sortClusters(all: DoCluster[], name: string): Found {
  const named = all.filter((cluster) => cluster.name === name);
  const ours = named.filter(({ tags }) => tags?.includes(ourTag)).sort(byAge);
  const [cluster, ...others] = ours.filter((one) => !isLeaving(one));
  return {
    ...(cluster ? { cluster } : {}),
    others,
    foreign: named.filter((one) => !ours.includes(one) && !isLeaving(one)),
    leaving: ours.filter(({ status }) => status.state === 'deleting'),
  };
}

/** Asks for the clusters of the profile's name. */
export async function findClusters(api: Api, { clusterName }: Pick<Profile, 'clusterName'>): Promise<Found> {
  const all = await api.list<DoCluster>('list clusters', '/kubernetes/clusters', 'kubernetes_clusters');
  return sortClusters(all, clusterName);
}
