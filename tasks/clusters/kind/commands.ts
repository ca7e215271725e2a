// The commands of kind, and of Docker on kind's nodes. Pure.
import { dataPath } from '../../core/paths.ts';
import type { Command } from '../../core/types.ts';
import type { KubeSource } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';

/** Our own kubeconfig of the cluster: the user's is left alone. kind names the context after the cluster. */
export const kindSource = ({ clusterName }: Profile): KubeSource => ({
  path: dataPath('clusters', clusterName, 'kubeconfig'),
  context: `kind-${clusterName}`,
});

/** The user's own choice of another engine would hide the cluster from us. */
export const kindEnv = { KIND_EXPERIMENTAL_PROVIDER: '' };

/** https://kind.sigs.k8s.io/docs/user/configuration/ */
export const kindConfig = ({ kind: { workers } }: Profile): object => ({
  kind: 'Cluster',
  apiVersion: 'kind.x-k8s.io/v1alpha4',
  nodes: [{ role: 'control-plane' }, ...Array.from({ length: workers }, () => ({ role: 'worker' }))],
});

/** Takes the configuration, which is YAML and so may be JSON, on its standard input. */
export const createCommand = (profile: Profile): Command => [
  'kind',
  'create',
  'cluster',
  ...named(profile),
  '--config',
  '-',
  ...withKubeconfig(profile),
  ...(profile.kind.image ? ['--image', profile.kind.image] : []),
  '--wait',
  profile.kind.waitTimeout,
];

export const deleteCommand = (profile: Profile): Command => [
  'kind',
  'delete',
  'cluster',
  ...named(profile),
  ...withKubeconfig(profile),
];

/** Writes our kubeconfig of a cluster that exists. */
export const exportCommand = (profile: Profile): Command => [
  'kind',
  'export',
  'kubeconfig',
  ...named(profile),
  ...withKubeconfig(profile),
];

/** Prints the kubeconfig as the cluster would have it now. */
export const kubeconfigCommand = (profile: Profile): Command => ['kind', 'get', 'kubeconfig', ...named(profile)];

export const loadCommand = (profile: Profile, archive: string): Command => [
  'kind',
  'load',
  'image-archive',
  archive,
  ...named(profile),
];

const named = ({ clusterName }: Profile) => ['--name', clusterName] as const;
const withKubeconfig = (profile: Profile) => ['--kubeconfig', kindSource(profile).path] as const;

export const clustersCommand: Command = ['kind', 'get', 'clusters'];

/** Prints a line for each node, `NAME STATE`; kind's containers carry its label. */
export const nodesCommand = ({ clusterName }: Profile): Command => [
  'docker',
  'ps',
  '--all',
  '--filter',
  `label=io.x-k8s.kind.cluster=${clusterName}`,
  '--format',
  '{{.Names}} {{.State}}',
];

/** Prints the id of the container that runs the control plane; nothing if there is none. */
export const controlPlaneCommand = ({ clusterName }: Profile): Command => [
  'docker',
  'ps',
  '--all',
  '--no-trunc',
  '--filter',
  `label=io.x-k8s.kind.cluster=${clusterName}`,
  '--filter',
  'label=io.x-k8s.kind.role=control-plane',
  '--format',
  '{{.ID}}',
];

export const startCommand = (nodes: readonly string[]): Command => ['docker', 'start', ...nodes];

/** Prints the image's full name if the node has it, complete and unpacked; else nothing. */
export const imageCommand = (node: string, fullName: string): Command => [
  'docker',
  'exec',
  node,
  'ctr',
  '--namespace=k8s.io',
  'images',
  'check',
  '--quiet',
  `name==${fullName}`,
];
