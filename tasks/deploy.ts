// deploy: a cluster that can run Spark jobs, with a namespace and accounts for them.
import { accessSteps, namesSteps, upSteps } from './access/ready-cluster.ts';
import { withoutPasswords } from './core/network/passwords.ts';
import { bareHost, isDirect, isPrivateHost, proxiesOf } from './core/network/proxy.ts';
import { sizeProblems } from './jobs/least-job.ts';
import { serverOf } from './kube/kubeconfig/client-config.ts';
import type { KubeSource } from './kube/types.ts';
import type { Task } from './steps/task.ts';

/** To a private address, kubectl goes through the proxy of the environment, and firesteel does not. */
async function kubectlNotes(source: KubeSource): Promise<string[]> {
  const proxies = proxiesOf();
  const server = await serverOf(source).catch(() => undefined);
  const host = server && new URL(server).hostname;
  if (!host || !proxies.https || !isPrivateHost(host) || isDirect(host, proxies)) return [];
  const exceptions = [...proxies.direct, bareHost(host)].join(',');
  return [
    `kubectl uses proxy ${withoutPasswords(proxies.https.href)} for ${host}; to connect directly: export NO_PROXY=${exceptions}`,
  ];
}

export const deploy: Task = {
  cluster: 'create',
  plan: async ({ context: { profile, cluster } }) => ({
    problems: await sizeProblems(profile, cluster),
    steps: [
      ...upSteps(profile, cluster),
      { title: 'Set up DNS and access', concurrent: true, steps: [namesSteps(profile, cluster), accessSteps(profile)] },
    ],
    done: async ({ read, state }) => [
      ...(state.dns?.lines ?? []),
      ...((await cluster.notes?.(profile, read)) ?? []),
      ...(await kubectlNotes(cluster.kubeconfig(profile))),
      '',
      `Cluster ${profile.clusterName} is ready: KUBECONFIG=${cluster.kubeconfig(profile).path}`,
      'Next: firesteel build && firesteel submit pi',
    ],
  }),
};
