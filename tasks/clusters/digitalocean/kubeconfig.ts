// Writes the kubeconfig of a cluster at DigitalOcean, with the names of doctl and without a token.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataPath } from '../../core/paths.ts';
import type { FileContent } from '../../core/types.ts';
import { readYaml, toYaml } from '../../core/yaml.ts';
import { execUser } from '../../kube/kubeconfig/exec-credential.ts';
import type { KubeSource } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { DoCluster, DoCredentials } from './answers.ts';

type Named = Pick<Profile, 'clusterName' | 'digitalocean'>;

/** A file of the cluster's own folder on this machine. */
export const clusterFile = ({ clusterName }: Pick<Profile, 'clusterName'>, name: string): string =>
  join(dataPath('clusters', clusterName), name);

/** Where it is, and its context: do-REGION-NAME, as `doctl kubernetes cluster kubeconfig save` names it. */
export const kubeconfigSource = (profile: Named): KubeSource => ({
  path: clusterFile(profile, 'kubeconfig'),
  context: `do-${profile.digitalocean.region}-${profile.clusterName}`,
});

interface Kubeconfig {
  clusters?: { cluster?: { server?: string } }[];
  users?: { user?: { exec?: { command?: string; args?: string[] } } }[];
}

/** Whether the file is there and leads to this very cluster, by a program that is still where it was. */
export function leadsTo(profile: Named, { id, endpoint }: DoCluster): boolean {
  const { path } = kubeconfigSource(profile);
  if (!existsSync(path)) return false;
  const { clusters, users } = (readYaml(readFileSync(path, 'utf8')).value ?? {}) as Kubeconfig;
  const { command = '', args = [] } = users?.[0]?.user?.exec ?? {};
  const script = args[args.indexOf('credential') - 1] ?? '';
  return args.at(-1) === id && clusters?.[0]?.cluster?.server === endpoint && existsSync(command) && existsSync(script);
}

/** The file; `credentials` give the server and its authority, their token is not used. */
export function kubeconfigContent(
  profile: Named,
  { id }: Pick<DoCluster, 'id'>,
  { server, certificate_authority_data }: Pick<DoCredentials, 'server' | 'certificate_authority_data'>,
): FileContent {
  const { path, context: name } = kubeconfigSource(profile);
  const content = toYaml({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': certificate_authority_data } }],
    users: [{ name, user: execUser('digitalocean', id) }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
  return { path, content, mode: 0o600 };
}
