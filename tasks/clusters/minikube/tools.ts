// The programs that minikube needs on this machine, by driver.
import { existsSync } from 'node:fs';
import type { Profile } from '../../profile/schema.ts';
import type { Tool } from '../../steps/types.ts';
import { probeTools } from '../probe-image.ts';
import { driverProgram } from './driver.ts';
import { pluginFolder, pluginPackageFolder } from './none/plugins.ts';

const runtimeTools: Record<Profile['minikube']['containerRuntime'], Tool[]> = {
  containerd: [{ name: 'containerd', package: 'containerd', purpose: 'runs pods' }],
  docker: [
    { name: 'dockerd', package: 'docker.io', purpose: 'runs pods' },
    { name: 'cri-dockerd', purpose: 'runs pods with Docker' },
    { name: 'socat', package: 'socat', purpose: 'port forwarding of cri-dockerd' },
  ],
  // Not every Debian has it: problems say so.
  'cri-o': [],
};

/** What a node must have, where the host is the node. */
const nodeTools = (profile: Profile): Tool[] => [
  { name: 'sudo', package: 'sudo', purpose: 'minikube calls it, also as root' },
  { name: 'crictl', purpose: 'talks to the container runtime for minikube' },
  { name: 'conntrack', package: 'conntrack', purpose: 'services' },
  { name: 'iptables', package: 'iptables', purpose: 'services' },
  { name: 'ip', package: 'iproute2', purpose: 'network' },
  ...(existsSync(`${pluginFolder}/bridge`)
    ? []
    : [{ name: `${pluginPackageFolder}/bridge`, package: 'containernetworking-plugins', purpose: 'pod network' }]),
  ...runtimeTools[profile.minikube.containerRuntime],
];

const qemu = process.arch === 'arm64' ? 'arm' : 'x86';

function driverTools(profile: Profile): Tool[] {
  switch (profile.minikube.driver) {
    case 'none':
      return nodeTools(profile);
    case 'docker':
      return [{ name: 'docker', package: 'docker.io', purpose: 'runs the node' }];
    case 'kvm2':
      return [
        { name: 'virsh', package: 'libvirt-clients', purpose: 'runs the node' },
        { name: '/usr/sbin/libvirtd', package: 'libvirt-daemon-system', purpose: 'runs the node' },
      ];
    case 'qemu2':
      return [
        {
          name: driverProgram('qemu2') ?? '',
          package: `qemu-system-${qemu}`,
          purpose: 'runs the node',
        },
        ...(process.arch === 'arm64'
          ? []
          : [{ name: '/usr/share/OVMF/OVMF_CODE.fd', package: 'ovmf', purpose: 'firmware of the node' }]),
      ];
    default:
      // Not in Debian, or for macOS: problems name what is missing.
      return [];
  }
}

/** Every program a profile of minikube needs. */
export const minikubeTools = (profile: Profile): Tool[] => [
  { name: 'minikube', purpose: 'makes the cluster' },
  ...(process.platform === 'linux' ? [...driverTools(profile), ...probeTools] : []),
];
