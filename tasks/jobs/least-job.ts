// Checks before a cluster is created whether the smallest possible job fits.
import { usageText } from '../core/failure.ts';
import type { Profile } from '../profile/schema.ts';
import { roomOf } from '../spark/sizes/capacity.ts';
import { sizesIn } from '../spark/sizes/sizes.ts';
import type { Cluster } from '../steps/cluster.ts';
import { readJob } from './job.ts';

/** The least a cluster is for. */
const leastJob = 'pi';

/** Why the cluster would be too small for any job, before it is made. */
export async function sizeProblems(profile: Profile, cluster: Cluster): Promise<string[]> {
  const capacity = cluster.capacity?.(profile);
  if (!capacity) return [];
  try {
    sizesIn(readJob([leastJob]), profile, roomOf(capacity), capacity.keys);
    return [];
  } catch (error) {
    return [usageText(error)];
  }
}
