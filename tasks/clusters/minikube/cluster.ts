// minikube with any of its drivers: in a container, in a virtual machine, or on this machine itself.
import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../../core/types.ts';
import { hostNameServers } from '../../coredns/upstreams.ts';
import { quantityValue } from '../../kube/quantity.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Capacity, Cluster } from '../../steps/cluster.ts';
import { isOurs } from '../ours.ts';
import { probeImage } from '../probe-image.ts';
import { downSteps } from './down.ts';
import { kubeconfigFile } from './environment.ts';
import { isMadeHere } from './identity.ts';
import { dockerEnv, publishSteps } from './images.ts';
import { nodePortsCheck } from './none/ports.ts';
import { minikubeProblems } from './preflight.ts';
import { chooseResolvConf } from './resolv-conf.ts';
import { findDriver, lookAtCluster } from './status.ts';
import { minikubeTools } from './tools.ts';
import { upSteps } from './up.ts';

export const minikube: Cluster = {
  ...(process.platform === 'linux' ? { probeImage } : {}),
  tools: minikubeTools,
  preflights: [
    {
      name: 'minikube',
      title: 'Settings of minikube',
      category: 'This machine',
      affects: 'deploy and every verb that starts minikube',
      problems: minikubeProblems,
    },
  ],
  checks: [nodePortsCheck],
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
  hostFolders: ({ minikube: { driver }, clusterName }, folder) =>
    driver === 'none' ||
    `the node is a ${driver === 'docker' ? 'container' : 'virtual machine'}; copy the folder into the image with --data ${folder}, or run \`minikube mount -p ${clusterName} ${folder}:${folder}\` and make a claim of it, as in docs/data.md`,
  dockerEnv,
};

/** --cpus, where it is not given: cpus in cmd/minikube/cmd/start_flags.go. */
const usualCpus = 2;

/** A kubelet in a container sees all of Docker's processors, and is ended at the container's memory. */
function minikubeCapacity({ minikube }: Profile): Capacity {
  const { driver, cpus: asked = usualCpus, memory, nodes } = minikube;
  if (driver === 'none')
    return { nodes: 1, cores: cpus().length, mebibytes: Math.floor(totalmem() / 2 ** 20), keys: 'the machine' };
  const bytes = memory === undefined ? undefined : quantityValue(memory);
  return {
    nodes,
    ...(driver === 'docker' ? {} : { cores: asked }),
    ...(bytes === undefined ? {} : { mebibytes: Math.floor(bytes / 2 ** 20) }),
    keys: 'minikube.cpus and minikube.memory',
  };
}

/** pkg/minikube/bootstrapper/kubeadm, pkg/minikube/cruntime and pkg/drivers/none of minikube. */
const touched: [path: string, what: string][] = [
  ['/etc/kubernetes', 'overwritten by the new control plane; destroy removes its manifests and addons'],
  ['/var/lib/minikube', 'overwritten: certificates, etcd and its data; destroy removes it'],
  ['/var/lib/kubelet', "kubelet's configuration overwritten; destroy empties it"],
  ['/data/minikube', 'destroy removes it'],
  ['/etc/cni/net.d', 'other networks renamed to *.mk_disabled; destroy does not rename them back'],
  ['/etc/containerd/config.toml', 'edited, and containerd restarted'],
  ['/run/containerd/containerd.sock', 'destroy removes every pod of this container runtime'],
  ['/etc/crictl.yaml', 'overwritten'],
  ['/etc/systemd/system/kubelet.service.d', 'overwritten'],
  ['/etc/hosts', 'gets names such as control-plane.minikube.internal'],
];

/** A line for each; none once the cluster is ours. `root` is another place to look below. */
export async function minikubeOverwrites(profile: Profile, read: Exec, root = '/'): Promise<string[]> {
  if (profile.minikube.driver !== 'none') return [];
  const driver = isOurs(profile) ? await findDriver(profile, read) : undefined;
  if (driver === 'none' && isMadeHere(profile, driver)) return [];
  return touched.filter(([path]) => existsSync(join(root, path))).map(([path, what]) => `${path}: ${what}`);
}
