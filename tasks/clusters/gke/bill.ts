// What a cluster of GKE costs, and what still costs money: shown before it is made, before it is deleted, and after every run.
import type { Profile } from '../../lib/schema.ts';
import type { Context } from '../../lib/types.ts';
import { type Door, usualDoor } from './google.ts';
import { leftovers } from './leftovers.ts';
import { lookAtCluster } from './look.ts';
import { projectOf } from './names.ts';
import { costLines } from './prices.ts';
import { described, lookIfPossible } from './status.ts';

const named = (profile: Profile): string =>
  `cluster ${profile.clusterName} in ${profile.gke.location} of project ${projectOf(profile)}`;

/** What `up` would make that is paid for; nothing while it is there. Failure if Google does not tell. */
export async function creationCosts(context: Context, door: Door = usualDoor): Promise<string[]> {
  const { profile } = context;
  const { is } = await lookAtCluster(profile, door.open(context).container);
  return is === 'absent' || is === 'stopping' ? [`${named(profile)}:`, ...costLines(profile)] : [];
}

/** What `down` would delete; nothing if there is nothing of ours. Failure if Google does not tell. */
export async function deletions(context: Context, door: Door = usualDoor): Promise<string[]> {
  const { profile } = context;
  const seen = await lookAtCluster(profile, door.open(context).container);
  if (seen.is === 'absent' || seen.is === 'foreign') return [];
  const about = described(seen.cluster);
  return [`${named(profile)}${about ? ` (${about})` : ''}, and everything in it`];
}

/** What still costs money, and how to end it. */
export async function runningCosts(context: Context, door: Door = usualDoor): Promise<string[]> {
  const { profile } = context;
  const seen = await lookIfPossible(profile, context, door);
  if (seen.is === 'unknown' || seen.is === 'foreign') return [];
  if (seen.is === 'absent') {
    const left = await leftovers(profile, door.open(context).rest);
    return left.length > 0
      ? [
          `Left in project ${projectOf(profile)}, beyond cluster ${profile.clusterName}:`,
          ...left.map((line) => `  ${line}`),
        ]
      : [];
  }
  const sum = costLines(profile).find((line) => line.startsWith('together'));
  const status = String(seen.cluster.status).toLowerCase();
  return [`Running costs: ${named(profile)} (${status})${sum ? `: ${sum}` : ''}`, 'End it with: firesteel destroy'];
}
