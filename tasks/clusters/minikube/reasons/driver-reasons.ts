// The part of the table of minikube's reasons about drivers, and about programs that they need.
import { joinLibvirt, type Reason, virtual } from './reason.ts';

export const driverReasons: readonly Reason[] = [
  // validateBareMetal reports both by one name.
  {
    id: /^GUEST_MISSING_(CONNTRACK|CRICTL)$/,
    message: /crictl/,
    what: "crictl is not on root's PATH",
    hint: 'install crictl: firesteel tools install crictl, or put crictl into /usr/local/bin',
  },
  {
    id: 'GUEST_MISSING_CRICTL',
    what: "crictl is not on root's PATH",
    hint: 'install crictl: firesteel tools install crictl',
  },
  {
    id: 'GUEST_MISSING_CONNTRACK',
    what: 'conntrack is not installed',
    hint: 'install conntrack: sudo apt-get install conntrack',
  },
  {
    id: 'NOT_FOUND_CRI_DOCKERD',
    what: 'not installed: cri-dockerd, which driver none needs to run pods with Docker',
    hint: 'install cri-dockerd: firesteel tools install cri-dockerd, or set minikube.containerRuntime: containerd',
  },
  {
    id: 'NOT_FOUND_DOCKERD',
    what: 'not installed: dockerd, which driver none needs to run pods with Docker',
    hint: 'install dockerd: sudo apt-get install docker.io, or set minikube.containerRuntime: containerd',
  },
  {
    id: 'NOT_FOUND_CNI_PLUGINS',
    what: 'there is no folder /opt/cni/bin with network plugins',
    hint: 'install the plugins: sudo apt-get install containernetworking-plugins; then run the command again',
  },
  {
    id: /^NOT_FOUND_(SOCKET_VMNET|VMNET_HELPER)$|^NOT_CONFIGURED_VMNET_HELPER$/,
    what: 'the network helper of this driver is not set up',
    hint: "set minikube.flags: [--network=user], or install vmnet-helper as described on minikube's page of the driver",
  },
  {
    id: 'DRV_NEEDS_ROOT',
    what: 'sudo is not installed, or asks for a password',
    hint: 'run `sudo -v` first, or run firesteel as root',
  },
  {
    id: 'DRV_AS_ROOT',
    what: 'minikube does not let root use this driver',
    hint: 'run firesteel as another user, or set minikube.flags: [--force]',
  },
  {
    id: 'DRV_UNSUPPORTED_PROFILE',
    what: 'driver none has only one cluster, named minikube',
    hint: 'set clusterName: minikube',
  },
  { id: 'DRV_UNSUPPORTED_MULTINODE', what: 'driver none has only one node', hint: 'set minikube.nodes: 1' },
  {
    id: 'DRV_UNSUPPORTED_OS',
    what: 'this driver does not support this system',
    isQuoted: true,
    hint: 'set minikube.driver to a supported driver, such as docker',
  },
  {
    id: /^DRV_(NOT_FOUND|NOT_DETECTED|NOT_HEALTHY)$/,
    what: 'no minikube driver works on this machine',
    isQuoted: true,
    hint: 'set minikube.driver to a driver whose program is installed',
  },
  // Whatever keeps Docker from being used has this name, too.
  {
    id: /^PROVIDER_DOCKER_/,
    message: /less than the minimum required/,
    what: 'Docker is too old for this minikube',
    hint: 'update Docker, or choose another minikube.driver',
  },
  {
    id: /^PROVIDER_DOCKER_/,
    message: /deadline exceeded|timed out/,
    what: 'Docker does not answer in time',
    hint: 'wait until Docker Desktop has started, or restart Docker: sudo systemctl restart docker',
  },
  {
    id: 'PROVIDER_DOCKER_INCORRECT_ARCH',
    what: 'this minikube is for another processor than this machine has',
    hint: 'install the right one: firesteel tools install minikube',
  },
  {
    id: /^(DRV_DOCKER_NOT_RUNNING|PROVIDER_DOCKER_NOT_RUNNING)$/,
    what: 'Docker is not running',
    hint: 'start Docker: sudo systemctl start docker, or start Docker Desktop',
  },
  {
    id: 'PROVIDER_DOCKER_NOT_FOUND',
    what: 'docker is not installed',
    hint: 'install Docker: sudo apt-get install docker.io, or choose another minikube.driver',
  },
  {
    id: 'PROVIDER_DOCKER_NEWGRP',
    what: 'this user may not use Docker',
    hint: 'add yourself to group docker, and log in again: sudo usermod -aG docker $USER',
  },
  {
    id: /^PROVIDER_KVM2_/,
    message: /KVM is not supported on "/,
    what: 'driver kvm2 does not support the processor of this machine',
    hint: 'choose another minikube.driver, such as docker',
  },
  {
    id: /^PROVIDER_KVM2_/,
    message: /libvirt[\w/-]*sock[^\n]*permission denied|authentication (?:failed|unavailable)/i,
    what: 'this user may not use libvirt',
    hint: joinLibvirt,
  },
  {
    id: /^(PROVIDER_KVM2_\w+|PR_KVM_SOCKET)$/,
    message: /sock[^\n]*(?:no such file|refused)|error connecting to libvirt socket|timed out/i,
    what: 'libvirt is not running',
    hint: 'start libvirt: sudo systemctl start libvirtd',
  },
  {
    id: /^(PROVIDER_KVM2_|GUEST_|PR_KVM_)/,
    message: /\/dev\/kvm|domaintype=kvm|KVM is not (?:supported|available)|virttype 'kvm'/i,
    what: 'this machine offers no virtualization',
    hint: virtual,
  },
  {
    id: /^(PROVIDER_KVM2_|GUEST_)/,
    message: /(?:suitable|no) emulator|emulator [^\n]*not (?:found|executable)/i,
    what: 'QEMU is not installed',
    hint: 'install QEMU: sudo apt-get install qemu-system-x86',
  },
  {
    id: /^(PROVIDER_KVM2_|GUEST_|PR_KVM_)/,
    message: /network 'default' is not active|no network with matching name '?'?default/i,
    what: "libvirt's network default is not active",
    hint: 'start it: sudo virsh net-start default; sudo virsh net-autostart default',
  },
  {
    id: /^PR_VBOX_(MODULE|DEVICE_MISSING)$/,
    what: "VirtualBox's kernel module is not loaded",
    hint: 'build and load the module: sudo /sbin/vboxconfig; or choose another minikube.driver',
  },
  {
    id: 'PROVIDER_KVM2_NOT_FOUND',
    what: 'libvirt is not installed',
    hint: 'install libvirt: sudo apt-get install libvirt-daemon-system libvirt-clients, or choose another minikube.driver',
  },
  {
    id: 'PROVIDER_QEMU2_NOT_FOUND',
    message: /OVMF|firmware|\.fd\b/,
    what: 'QEMU lacks its UEFI firmware',
    isQuoted: true,
    hint: 'install the firmware: sudo apt-get install ovmf, or set minikube.flags: [--qemu-firmware-path=FILE]',
  },
  {
    id: 'PROVIDER_QEMU2_NOT_FOUND',
    what: 'QEMU is not installed',
    hint: 'install QEMU: sudo apt-get install qemu-system-x86 ovmf, or choose another minikube.driver',
  },
  {
    id: 'PROVIDER_VIRTUALBOX_NOT_FOUND',
    what: 'VirtualBox is not installed',
    hint: 'install VirtualBox from virtualbox.org, or choose another minikube.driver',
  },
  {
    id: 'PROVIDER_NONE_NOT_FOUND',
    message: /iptables/,
    what: 'iptables is not on PATH',
    hint: 'install iptables: sudo apt-get install iptables, and add /usr/sbin to PATH',
  },
  {
    id: 'PROVIDER_NONE_NOT_RUNNING',
    what: 'driver none needs sudo',
    hint: 'run `sudo -v` first, or run firesteel as root',
  },
  {
    id: /^PROVIDER_\w+_NOT_FOUND$/,
    what: "the driver's program is not installed",
    isQuoted: true,
    hint: 'install that program, or choose another minikube.driver',
  },
  {
    id: /^PROVIDER_\w+_NOT_RUNNING$/,
    what: "the driver's service is not running",
    isQuoted: true,
    hint: 'start that service, or choose another minikube.driver',
  },
  {
    id: /^PROVIDER_\w+_OBSOLETE$/,
    what: 'minikube no longer supports this driver',
    isQuoted: true,
    hint: 'choose another minikube.driver',
  },
  {
    id: /^PROVIDER_/,
    what: 'the driver does not work',
    isQuoted: true,
    hint: 'repair the driver, or choose another minikube.driver',
  },
];
