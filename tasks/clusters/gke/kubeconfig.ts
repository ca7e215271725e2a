// Writes the kubeconfig of a GKE cluster, with the names of gcloud and without a token.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isWritten } from '../../core/files/changes.ts';
import { dataPath } from '../../core/paths.ts';
import type { Exec, FileContent } from '../../core/types.ts';
import { toYaml } from '../../core/yaml.ts';
import { execUser } from '../../kube/kubeconfig/exec-credential.ts';
import type { KubeSource } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import type { GkeCluster } from './api/container.ts';
import { type Door, usualDoor } from './api/google.ts';
import { contextName } from './names.ts';
import { lookAtCluster, lookIfPossible } from './status.ts';

const plugin = 'gke-gcloud-auth-plugin';

/** As gcloud writes it: googlecloudsdk/api_lib/container/kubeconfig.py, _GetExecAuthPlugin. */
export const pluginUser = {
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: plugin,
    installHint:
      'Install gke-gcloud-auth-plugin for use with kubectl by following https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin',
    provideClusterInfo: true,
  },
};

/** Where the kubeconfig is, and the context in it. */
export const gkeSource = (profile: Profile): KubeSource => ({
  path: dataPath('clusters', profile.clusterName, 'kubeconfig'),
  context: contextName(profile),
});

/** The kubeconfig as a value. Failure if the cluster has no address yet. */
export function kubeconfigOf(name: string, cluster: GkeCluster, user: Record<string, unknown>): object {
  const ca = cluster.masterAuth?.clusterCaCertificate;
  if (!cluster.endpoint || !ca)
    throw new Failure(`cluster ${cluster.name} has no address yet`, { hint: 'run the same command again in a minute' });
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `https://${cluster.endpoint}`, 'certificate-authority-data': ca } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    // gke-gcloud-auth-plugin keeps its tokens by this name.
    'current-context': name,
    preferences: {},
  };
}

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));

/** Google's plug-in where it is installed and gcloud has someone logged in; else firesteel itself. */
async function chooseUser(read: Exec): Promise<Record<string, unknown>> {
  if (isOnPath(plugin) && isOnPath('gcloud')) {
    const account = await read(['gcloud', 'config', 'get-value', 'account', '--quiet']).catch(() => '');
    if (/\S+@\S+/.test(account)) return pluginUser;
  }
  return execUser('google');
}

async function wanted(profile: Profile, { read }: Context, cluster: GkeCluster): Promise<FileContent> {
  const { path, context } = gkeSource(profile);
  return { path, content: toYaml(kubeconfigOf(context, cluster, await chooseUser(read))), mode: 0o600 };
}

/** The step that writes it. */
export const writeKubeconfig = (profile: Profile, door: Door = usualDoor): SingleStep => ({
  title: 'Write the kubeconfig',
  skip: async (context) => {
    const seen = await lookIfPossible(profile, context, door);
    return 'cluster' in seen && seen.cluster.endpoint
      ? (await isWritten(await wanted(profile, context, seen.cluster))) && 'up to date'
      : false;
  },
  run: async (context) => {
    const { path } = gkeSource(profile);
    const file = await context.change(`write ${path} (mode 0600)`, async () => {
      const seen = await lookAtCluster(profile, door.open(context).container);
      if (!('cluster' in seen))
        throw new Failure(`cluster ${profile.clusterName} is gone`, { hint: 'create it again: firesteel deploy' });
      return wanted(profile, context, seen.cluster);
    });
    if (file) await context.write([file]);
  },
});
