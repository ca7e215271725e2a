// The note that a cluster of minikube is ours: only such a one is used, and destroyed.
import { existsSync } from 'node:fs';
import type { Profile } from '../../lib/schema.ts';
import type { FileContent } from '../../lib/types.ts';
import { clusterFile } from './environment.ts';

type Named = Pick<Profile, 'clusterName'>;

/** Written before the cluster is begun, so that a half-made one can be destroyed too. */
export const ourMark = (profile: Named): FileContent => ({
  path: clusterFile(profile, 'minikube.json'),
  content: `${JSON.stringify({ 'managed-by': 'firesteel', cluster: 'minikube', name: profile.clusterName })}\n`,
});

/** Whether firesteel began the cluster. */
export const isOurs = (profile: Named): boolean => existsSync(ourMark(profile).path);
