// The local cluster: upstream Kubernetes as supervised processes, each node in its own namespaces.

import { join } from 'node:path';
import type { Profile } from '../../lib/schema.ts';
import type { Cluster, Exec } from '../../lib/types.ts';
import { fetchTools } from './binaries.ts';
import { localCapacity } from './capacity.ts';
import { proxyNotes } from './configuration.ts';
import { destroySteps } from './destroy.ts';
import { proveDns } from './dns.ts';
import { clusterFolder, layoutOf } from './layout.ts';
import { enforcementNotes, localEnforcement } from './network-policies.ts';
import { localProblems } from './problems.ts';
import { publishImage } from './publish.ts';
import { startSteps } from './start.ts';
import { localStatus } from './status.ts';
import { pauseImage } from './system-images.ts';

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
    { name: '/bin/busybox', package: 'busybox-static', purpose: 'pause image' },
    { name: '/usr/bin/tini-static', package: 'tini', purpose: 'pause image' },
  ],
  problems: localProblems,
  networks: async (profile, read) => {
    const { nodeNetwork, podSubnet, serviceSubnet, outsideNetwork } = await layoutOf(profile, read);
    return [nodeNetwork, podSubnet, serviceSubnet, outsideNetwork];
  },
  capacity: localCapacity,
  kubeconfig: (profile) => ({
    path: join(clusterFolder(profile.clusterName), 'kubeconfig'),
    context: profile.clusterName,
  }),
  notes: async (profile, read) => {
    const layout = await layoutOf(profile, read);
    return [...proxyNotes(layout), ...(await enforcementNotes(profile, layout, read))];
  },
  status: (context) => localStatus(context.profile, context),
  enforcement: async ({ profile, read }) => localEnforcement(profile, await layoutOf(profile, read), read),
  up: startSteps,
  settle: proveDns,
  down: destroySteps,
  publish: publishImage,
  publishesWhileStarting: true,
  takesLayers: true,
};
