// Lists what outlives a cluster: volumes, snapshots and load balancers. Deletes nothing.
import { existsSync, readFileSync } from 'node:fs';
import type { FileContent } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { DoAssociated, DoCluster, DoResource } from './answers.ts';
import type { Api } from './api.ts';
import { clusterFile } from './kubeconfig.ts';

/** Something that still costs money. */
export interface Leftover extends DoResource {
  kind: keyof DoAssociated;
}

/** In words, where the API has it, and how doctl removes it. */
const kinds: Record<keyof DoAssociated, { what: string; path: string; remove: string }> = {
  load_balancers: { what: 'load balancer', path: '/load_balancers', remove: 'doctl compute load-balancer delete' },
  volumes: { what: 'volume', path: '/volumes', remove: 'doctl compute volume delete' },
  volume_snapshots: { what: 'volume snapshot', path: '/snapshots', remove: 'doctl compute snapshot delete' },
};

/** What a cluster would leave behind if it were deleted now. */
export async function associatedWith(api: Api, { id }: DoCluster): Promise<Leftover[]> {
  const path = `/kubernetes/clusters/${id}/destroy_with_associated_resources`;
  const found = await api.find<DoAssociated>('list what belongs to the cluster', path);
  return (Object.keys(kinds) as (keyof DoAssociated)[]).flatMap((kind) =>
    (found?.[kind] ?? []).map(({ id, name }) => ({ kind, id, name })),
  );
}

/** `volume pvc-1 (ID) stays`, with the way to remove it. */
export const leftoverLine = ({ kind, id, name }: Leftover): string =>
  `${kinds[kind].what} ${name} stays, and costs money: ${kinds[kind].remove} ${id}`;

/** Kept on this machine until the next cluster of that name, for the reminders after `destroy`. */
export const leftoversFile = (profile: Pick<Profile, 'clusterName'>, leftovers: Leftover[] = []): FileContent => ({
  path: clusterFile(profile, 'leftovers.json'),
  content: `${JSON.stringify(leftovers, undefined, 2)}\n`,
  mode: 0o600,
});

/** Those of a cluster that was deleted from this machine which are still there. */
export async function remainingLeftovers(api: Api, profile: Pick<Profile, 'clusterName'>): Promise<Leftover[]> {
  const { path } = leftoversFile(profile);
  if (!existsSync(path)) return [];
  const known = JSON.parse(readFileSync(path, 'utf8')) as Leftover[];
  const there = await Promise.all(
    known.map(({ kind, id }) => api.find('look for what stays', `${kinds[kind].path}/${encodeURIComponent(id)}`)),
  );
  return known.filter((_, i) => there[i] !== undefined);
}
