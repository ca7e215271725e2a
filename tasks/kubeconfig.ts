// kubeconfig: adds the cluster to the user's kubeconfig, or removes its entry.
import { readFile } from 'node:fs/promises';
import { Failure } from './core/failure.ts';
import { readYaml } from './core/yaml.ts';
import { usualKubeconfig } from './kube/kubeconfig/client-config.ts';
import { isInKubeconfig, type KubeconfigEntry, mergeKubeconfig, removeFromKubeconfig } from './kube/kubeconfig/file.ts';
import { type Hold, withFileLock, withoutLock } from './kube/kubeconfig/file-lock.ts';
import type { Profile } from './profile/schema.ts';
import type { Cluster } from './steps/cluster.ts';
import type { Task } from './steps/task.ts';
import type { Step } from './steps/types.ts';

interface Kubeconfig {
  clusters: { cluster: Record<string, unknown> }[];
  users: { user: Record<string, unknown> }[];
}

async function entryOf(profile: Profile, cluster: Cluster): Promise<KubeconfigEntry> {
  const { path, context } = cluster.kubeconfig(profile);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure(`cluster ${profile.clusterName} has no kubeconfig yet`, {
      cause,
      hint: 'write the kubeconfig: firesteel deploy',
    });
  });
  const { clusters, users } = readYaml(text).value as Kubeconfig;
  return {
    name: context,
    cluster: clusters[0]?.cluster ?? {},
    user: users[0]?.user ?? {},
    namespace: profile.namespace,
  };
}

const merge = (profile: Profile, cluster: Cluster, hold: Hold): Step => ({
  title: `Add ${profile.clusterName} to ${usualKubeconfig()}`,
  skip: async () => (await isInKubeconfig(usualKubeconfig(), await entryOf(profile, cluster))) && 'already there',
  run: async ({ write }) => mergeKubeconfig(usualKubeconfig(), await entryOf(profile, cluster), write, hold),
});

const remove = (profile: Profile, cluster: Cluster, hold: Hold): Step => ({
  title: `Remove ${profile.clusterName} from ${usualKubeconfig()}`,
  run: async ({ write }, out) => {
    const { context } = cluster.kubeconfig(profile);
    if (!(await removeFromKubeconfig(usualKubeconfig(), context, write, hold))) out.line('nothing to remove');
  },
});

export const kubeconfig: Task = {
  cluster: 'optional',
  plan: ({ context: { profile, cluster }, words: [action], isDryRun }) => ({
    problems: cluster.isGiven
      ? [`the cluster of a profile with cluster: ${profile.cluster} is already in your kubeconfig`]
      : [],
    steps: [(action === 'merge' ? merge : remove)(profile, cluster, isDryRun ? withoutLock : withFileLock)],
    done: async () => {
      const path = usualKubeconfig();
      if (action === 'remove')
        return [`Context ${cluster.kubeconfig(profile).context} is not in ${path}; all other contexts stay there.`];
      // A cluster that was destroyed before its entry was taken out has none to compare with.
      const entry = await entryOf(profile, cluster).catch(() => undefined);
      return entry && (await isInKubeconfig(path, entry)) ? [`Next: kubectl --context ${entry.name} get nodes`] : [];
    },
  }),
};
