// Clusters of different kinds with one name would share a folder: finds whose files are in it.
import { existsSync, readFileSync } from 'node:fs';
import { dataPath } from '../core/paths.ts';
import { readYaml } from '../core/yaml.ts';
import type { ClusterKind, Profile } from '../profile/schema.ts';
import type { Preflight } from '../steps/check.ts';

type Named = Pick<Profile, 'cluster' | 'clusterName'>;

const fileOf = (name: string, file: string): string => dataPath('clusters', name, file);
const has = (name: string, file: string): boolean => existsSync(fileOf(name, file));

/** The current context of a kubeconfig; empty if the file is not there or cannot be read. */
function contextIn(path: string): string {
  try {
    const { value } = readYaml(readFileSync(path, 'utf8'));
    return String((value as Record<string, unknown> | null)?.['current-context'] ?? '');
  } catch {
    return '';
  }
}

/** The cloud whose cluster the kubeconfig in the folder leads to, by the name of its context. */
function cloudOf(name: string): 'gke' | 'digitalocean' | undefined {
  const context = contextIn(fileOf(name, 'kubeconfig'));
  if (context.startsWith('gke_')) return 'gke';
  // A local cluster may be called do-something: its context is its name.
  return context.startsWith('do-') && context.endsWith(`-${name}`) ? 'digitalocean' : undefined;
}

/** Whether a kind has files in the folder of that name. */
const marks: Partial<Record<ClusterKind, (name: string) => boolean>> = {
  local: (name) => has(name, 'nodes') || has(name, 'node-network'),
  minikube: (name) => has(name, 'minikube.json'),
  kind: (name) => has(name, 'kind.json'),
  gke: (name) => has(name, 'operation.json') || cloudOf(name) === 'gke',
  digitalocean: (name) => cloudOf(name) === 'digitalocean',
};
const isThere = (kind: ClusterKind, name: string): boolean => marks[kind]?.(name) ?? false;

/** Whether the profile's kind has files in the folder of its cluster. */
export const hasFiles = ({ cluster, clusterName }: Named): boolean => isThere(cluster, clusterName);

/** Why the name cannot be taken: clusters of other kinds that have it, a line each. */
export const namesakes = ({ cluster, clusterName }: Named): string[] =>
  (Object.keys(marks) as ClusterKind[])
    .filter((kind) => kind !== cluster && isThere(kind, clusterName))
    .map((kind) => {
      const what = kind === 'local' ? 'a local cluster' : `a cluster of kind ${kind}`;
      return `cluster ${clusterName} is ${what}: choose another clusterName, or destroy that cluster first`;
    });

/** Whether the folder of the name belongs to a cluster of another kind alone. */
export const isOthers = (profile: Named): boolean => !hasFiles(profile) && namesakes(profile).length > 0;

/** Those of these files of the folder that are there, without the kubeconfig of another kind. */
export function ownFiles(profile: Named, ...names: string[]): string[] {
  const { cluster, clusterName } = profile;
  const isForeign = cloudOf(clusterName) !== cluster && namesakes(profile).length > 0;
  return names
    .filter((name) => has(clusterName, name) && !(isForeign && name.startsWith('kubeconfig')))
    .map((name) => fileOf(clusterName, name));
}

/** The check of every kind. */
export const nameCheck: Preflight = {
  name: 'cluster-name',
  title: 'Name of the cluster',
  category: 'Cluster',
  affects: 'deploy and every verb that needs the cluster',
  problems: namesakes,
};
