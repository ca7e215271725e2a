// The local cluster: upstream Kubernetes as supervised processes, each node in its own namespaces.
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../../core/types.ts';
import { quantityValue } from '../../kube/quantity.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Capacity, Cluster } from '../../steps/cluster.ts';
import { busyboxTool } from '../../toolbox/static.ts';
import { localChecks } from './checks.ts';
import { proveDns } from './control-plane/dns.ts';
import { destroySteps } from './destroy.ts';
import { publishImage } from './images/publish.ts';
import { pauseImage } from './images/system-images.ts';
import { clusterFolder, layoutOf } from './layout.ts';
import { programLogs } from './logs.ts';
import { enforcementNotes, localEnforcement } from './network/policies.ts';
import { proxyNotes } from './node/configuration.ts';
import { localPreflights } from './problems.ts';
import { fetchTools } from './programs/binaries.ts';
import { startSteps } from './start.ts';
import { localStatus } from './status.ts';

/** Every node's kubelet has a resolver file of ours. */
const nameServers = async (profile: Profile, read: Exec) => (await layoutOf(profile, read)).upstreamDns;

export const local: Cluster = {
  probeImage: pauseImage,
  upstreamDns: nameServers,
  kubeletDns: nameServers,
  tools: (profile) => [
    ...fetchTools(profile),
    { name: 's6-svscan', package: 's6', purpose: 'supervises the cluster' },
    { name: 'slirp4netns', package: 'slirp4netns', purpose: 'connects the nodes to the outside' },
    { name: 'runc', package: 'runc', purpose: 'runs containers' },
    { name: 'iptables', package: 'iptables', purpose: 'services' },
    { name: 'conntrack', package: 'conntrack', purpose: 'services' },
    { name: '/usr/lib/cni/ptp', package: 'containernetworking-plugins', purpose: 'pod network' },
    { name: 'ip', package: 'iproute2', purpose: 'links' },
    { name: 'setpriv', package: 'util-linux', purpose: 'volumes' },
    busyboxTool('pause image'),
    { name: '/usr/bin/tini-static', package: 'tini', purpose: 'pause image' },
  ],
  preflights: localPreflights,
  checks: localChecks,
  networks: async (profile, read) => {
    const { nodeNetwork, podSubnet, serviceSubnet, outsideNetwork } = await layoutOf(profile, read);
    return [nodeNetwork, podSubnet, serviceSubnet, outsideNetwork];
  },
  capacity: localCapacity,
  sharesVolumes: true,
  kubeconfig: (profile) => ({
    path: join(clusterFolder(profile.clusterName), 'kubeconfig'),
    context: profile.clusterName,
  }),
  notes: async (profile, read) => {
    const layout = await layoutOf(profile, read);
    return [...proxyNotes(layout), ...(await enforcementNotes(profile, layout, read))];
  },
  logs: programLogs,
  status: (context) => localStatus(context.profile, context),
  enforcement: async ({ profile, read }) => localEnforcement(profile, await layoutOf(profile, read), read),
  up: startSteps,
  settle: proveDns,
  down: destroySteps,
  publish: publishImage,
  hostFolders: (_, folder) => hiddenReason(folder) ?? true,
  publishesWhileStarting: true,
  takesLayers: true,
};

/** Folders that nodes have apart from this machine, as docker/node/init.sh mounts them; all others are the same. */
const nodeFolders = ['/tmp', '/run', '/proc', '/sys', '/dev', '/var/lib', '/var/log'];

function hiddenReason(folder: string): string | undefined {
  const hidden = nodeFolders.find((one) => folder === one || folder.startsWith(`${one}/`));
  return hidden && `nodes have another ${hidden} than this machine; move the folder, for example to /srv`;
}

const mebibyte = 2 ** 20;

/** What CoreDNS requests: templates/local-cluster.yaml. The control plane is no pods. */
const own = { cores: 0.05, mebibytes: 70 };

export function localCapacity({ local: { nodes, systemReserved } }: Profile): Capacity {
  const { cpu, memory } = systemReserved;
  const reserved = (quantity = '0') => quantityValue(quantity) ?? 0;
  return {
    nodes,
    cores: cpus().length - reserved(cpu),
    mebibytes: Math.floor((totalmem() - reserved(memory)) / mebibyte),
    own,
    keys: cpu || memory ? 'local.systemReserved' : 'the machine',
  };
}
