// The record that firesteel made a minikube or kind cluster; only such clusters are used and destroyed.
import { existsSync } from 'node:fs';
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

/** Why the name cannot be taken, if a local cluster has it: its folder would be shared. */
export const localNamesake = ({ clusterName }: Named): string[] =>
  existsSync(dataPath('clusters', clusterName, 'nodes'))
    ? [`cluster ${clusterName} is a local cluster: choose another clusterName`]
    : [];

/** Why a local cluster cannot have the name, if one of another kind has it: its folder would be shared. */
export const otherNamesake = ({ clusterName }: Named): string[] =>
  (['minikube', 'kind'] as const)
    .filter((cluster) => isOurs({ cluster, clusterName }))
    .map((cluster) => `cluster ${clusterName} is a cluster of kind ${cluster}: choose another clusterName`);
