// The environment of every call of minikube, independent of the user's shell.
import { join } from 'node:path';
import { dataPath } from '../../core/paths.ts';
import type { Profile } from '../../profile/schema.ts';

/** What belongs to one cluster besides minikube's own files. */
export const clusterFile = ({ clusterName }: Pick<Profile, 'clusterName'>, name: string): string =>
  join(dataPath('clusters', clusterName), name);

/** minikube writes here, so the user's own kubeconfig and its current context stay unchanged. */
export const kubeconfigFile = (profile: Pick<Profile, 'clusterName'>): string => clusterFile(profile, 'kubeconfig');

/** Where minikube keeps clusters, and whose Docker a shell talks to: neither is a flag of minikube. */
const kept = /^MINIKUBE_(HOME|ACTIVE_\w+|EXISTING_\w+)$/;

/**
 * Every flag of minikube can come from a variable MINIKUBE_*: those of the user's shell are emptied, which is the same as
 * not set (viper's AutomaticEnv). MINIKUBE_PROFILE is for scripts that call a bare `minikube`, as Spark's do.
 */
export function minikubeEnvironment(
  profile: Pick<Profile, 'clusterName'>,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const strays = Object.keys(own).filter((name) => name.startsWith('MINIKUBE_') && !kept.test(name));
  return {
    ...Object.fromEntries(strays.map((name) => [name, ''])),
    KUBECONFIG: kubeconfigFile(profile),
    MINIKUBE_PROFILE: profile.clusterName,
    MINIKUBE_WANTUPDATENOTIFICATION: 'false',
    MINIKUBE_IN_STYLE: 'false',
    // minikube translates what it says, and its error codes are found among English words.
    LC_ALL: 'C',
    LANGUAGE: '',
  };
}
