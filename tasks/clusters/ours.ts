// The record that firesteel made a minikube or kind cluster; only such clusters are used and destroyed.
import { existsSync, readFileSync } from 'node:fs';
import { dataPath } from '../core/paths.ts';
import type { FileContent } from '../core/types.ts';
import type { Profile } from '../profile/schema.ts';

type Named = Pick<Profile, 'cluster' | 'clusterName'>;

/** Written before the cluster is begun, so that a half-made one can be destroyed too. */
export const ourMark = ({ cluster, clusterName }: Named): FileContent => ({
  path: dataPath('clusters', clusterName, `${cluster}.json`),
  content: `${JSON.stringify({ 'managed-by': 'firesteel', cluster, name: clusterName })}\n`,
});

/** Whether firesteel began the cluster. */
export const isOurs = (profile: Named): boolean => existsSync(ourMark(profile).path);

/** Written once the cluster is made. `identity` tells it from one that a user makes later under the same name. */
export const madeNote = ({ clusterName }: Pick<Profile, 'clusterName'>, identity = ''): FileContent => ({
  path: dataPath('clusters', clusterName, 'made'),
  content: identity,
});

/** The identity that the note holds; empty if there is none. */
export function notedIdentity(profile: Pick<Profile, 'clusterName'>): string {
  const { path } = madeNote(profile);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}
