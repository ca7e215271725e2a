// minikube with any of its drivers: in a container, in a virtual machine, or on this machine itself.
import { hostNameServers } from '../../coredns/upstreams.ts';
import type { Cluster } from '../../lib/types.ts';
import { probeImage } from '../probe-image.ts';
import { minikubeCapacity } from './capacity.ts';
import { downSteps } from './down.ts';
import { kubeconfigFile } from './environment.ts';
import { dockerEnv, publishSteps } from './images.ts';
import { minikubeOverwrites } from './overwrites.ts';
import { minikubeProblems } from './preflight.ts';
import { chooseResolvConf } from './resolv-conf.ts';
import { lookAtCluster } from './status.ts';
import { minikubeTools } from './tools.ts';
import { upSteps } from './up.ts';

export const minikube: Cluster = {
  ...(process.platform === 'linux' ? { probeImage } : {}),
  tools: minikubeTools,
  problems: minikubeProblems,
  overwrites: minikubeOverwrites,
  // A node in a container or a virtual machine reaches them through this machine.
  upstreamDns: async () => [...new Set((await hostNameServers()).flatMap(({ servers }) => servers))],
  kubeletDns: async (profile) => [...((await chooseResolvConf(profile)).servers ?? [])],
  capacity: minikubeCapacity,
  kubeconfig: (profile) => ({ path: kubeconfigFile(profile), context: profile.clusterName }),
  status: async ({ profile, read }) => {
    const { state, detail, components } = await lookAtCluster(profile, read);
    return { state, detail, components };
  },
  up: upSteps,
  down: downSteps,
  publish: publishSteps,
  dockerEnv,
};
