// The table of minikube's reasons for failing, with cause and cure, read from top to bottom.
import { inotifyHint } from '../docker-causes.ts';

/** One row: a reason, or one of the things it stands for. */
export interface Reason {
  /** The reason's name as minikube gives it, or what it looks like. */
  id: string | RegExp;
  /** Only if its message looks like this: some names stand for more than one thing. */
  message?: RegExp;
  /** What is wrong. */
  what: string;
  /** minikube's own message follows, for it has a number or a name in it. */
  isQuoted?: true;
  hint: string;
}

/** When nothing less helps. */
export const again = 'firesteel destroy, then firesteel deploy';
const joinLibvirt = 'add yourself to group libvirt, and log in again: sudo usermod -aG libvirt $USER';
const virtual = 'turn on virtualization (VT-x or AMD-V) in the firmware, or set minikube.driver: docker';
/** When something could not be fetched. */
export const network =
  'check the internet connection and HTTPS_PROXY, then run the command again: finished downloads are kept';

/**
 * Contracts: pkg/minikube/reason/reason.go and known_issues.go of minikube, whose names are stable; providers' are made up
 * of the driver's name in validateDriver of cmd/minikube/cmd/start.go.
 */
export const reasons: readonly Reason[] = [
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
  {
    id: 'RSRC_INSUFFICIENT_REQ_MEMORY',
    what: 'minikube.memory is too small',
    isQuoted: true,
    hint: 'set minikube.memory to 1800Mi or more, 8Gi for Spark',
  },
  {
    id: /^RSRC_INSUFFICIENT_(SYS|CONTAINER)_MEMORY$|^RSRC_DOCKER_MEMORY$/,
    what: 'Docker, or this machine, has too little memory',
    isQuoted: true,
    hint: 'give Docker, or this machine, 1800 MB or more',
  },
  {
    id: 'RSRC_OVER_ALLOC_MEM',
    what: 'minikube.memory is more than this machine has',
    isQuoted: true,
    hint: 'lower minikube.memory',
  },
  {
    id: /^RSRC_(INSUFFICIENT|DOCKER)_CORES$/,
    what: 'not enough CPUs',
    isQuoted: true,
    hint: 'set minikube.cpus to at least 2 and at most the CPUs of this machine',
  },
  {
    id: /^RSRC_(KVM|SSH|SCP)_OOM$/,
    what: 'this machine has too little memory for the node',
    isQuoted: true,
    hint: 'lower minikube.memory, or end other programs',
  },
  {
    id: /^GUEST_/,
    message: /inotify|fsnotify|too many open files/i,
    what: 'this machine has too few inotify watches',
    hint: inotifyHint,
  },
  {
    id: /^RSRC_(DOCKER|PODMAN|INSUFFICIENT)_STORAGE$|^GUEST_PROVISION_NOSPACE$/,
    what: 'the disk of this machine or of the node is full',
    hint: 'free disk space (df -h, docker builder prune, docker image prune), or raise minikube.diskSize of a virtual machine; docker system prune also deletes stopped clusters',
  },
  {
    id: /^HOST_HOME_(PERMISSION|MKDIR|CHOWN)$/,
    what: "this user may not write to minikube's folder",
    isQuoted: true,
    hint: 'take over the folder: sudo chown -R $USER ~/.minikube, or the folder of $MINIKUBE_HOME',
  },
  {
    id: 'HOST_JUJU_LOCK_PERMISSION',
    what: 'a lock file of minikube in the temporary folder belongs to another user',
    hint: 'remove the file: sudo rm -f /tmp/juju-*; then always run minikube as the same user',
  },
  {
    id: /^HOST_KUBECONFIG_(PERMISSION|WRITE|UPDATE|DELETE_CTX)$/,
    what: 'minikube cannot write its kubeconfig',
    isQuoted: true,
    hint: 'take over the file that the message names: sudo chown $USER FILE; or delete it',
  },
  {
    id: /^HOST_(VIRT_UNAVAILABLE|VTX_DISABLED|VTX_UNAVAILABLE|SVM_DISABLED)$|^PR_KVM_CAPABILITIES$/,
    what: 'this machine offers no virtualization',
    hint: virtual,
  },
  {
    id: /^HOST_(CGROUP_NOT_SUPPORTED|ROOT_CGROUP|PIDS_CGROUP)$/,
    what: 'the kernel lacks a cgroup that kubelet needs',
    hint: 'boot with cgroup v2, or set minikube.extraConfig: {kubeadm.ignore-preflight-errors: SystemVerification}',
  },
  {
    id: 'PR_KVM_USER_PERMISSION',
    what: 'this user may not use libvirt',
    hint: joinLibvirt,
  },
  {
    id: /^(INET_LOOKUP_HOST|INET_VERSION_UNAVAILABLE|K8S_FAIL_CONNECT)$/,
    what: 'minikube cannot look up a name on the internet',
    isQuoted: true,
    hint: `${network}; for a Kubernetes newer than this minikube, set minikube.flags: [--force]`,
  },
  {
    id: 'INET_DEFAULT_ROUTE',
    what: 'this machine has no default route, which driver none needs',
    hint: 'connect this machine to a network, or choose another minikube.driver',
  },
  {
    id: /^INET_/,
    message: /x509|certificate/,
    what: 'this machine does not trust the certificate of the server, or of a proxy',
    isQuoted: true,
    hint: 'put the CA certificate into /usr/local/share/ca-certificates, and run sudo update-ca-certificates',
  },
  {
    id: /^INET_/,
    message: /proxyconnect|proxy authentication required|\b407\b/i,
    what: 'the proxy of this machine does not lead to the internet',
    isQuoted: true,
    hint: 'correct HTTPS_PROXY: its address, user and password',
  },
  { id: /^INET_/, what: 'minikube could not download a file that it needs', isQuoted: true, hint: network },
  {
    id: 'K8S_OLD_UNSUPPORTED',
    what: 'this version of Kubernetes is too old for minikube',
    isQuoted: true,
    hint: 'set minikube.kubernetesVersion to v1.28.0 or newer, or minikube.flags: [--force]',
  },
  {
    id: 'K8S_NEW_UNSUPPORTED',
    what: 'this version of Kubernetes is too new for minikube',
    isQuoted: true,
    hint: 'remove minikube.kubernetesVersion, or set minikube.flags: [--force]',
  },
  {
    id: 'K8S_DOWNGRADE_UNSUPPORTED',
    what: 'the cluster has a newer Kubernetes than minikube.kubernetesVersion',
    isQuoted: true,
    hint: `recreate the cluster: ${again}`,
  },
  {
    id: 'K8S_APISERVER_TIMEOUT',
    what: 'the API server did not answer in time',
    hint: 'raise minikube.waitTimeout on a slow machine, or read minikube logs',
  },
  {
    id: /^K8S_(KUBELET_NOT_RUNNING|UNHEALTHY_CONTROL_PLANE|APISERVER_MISSING)$/,
    what: 'kubelet is not running',
    hint: 'read journalctl -u kubelet (after minikube ssh, unless the driver is none); on cgroup v1 set minikube.extraConfig: {kubeadm.ignore-preflight-errors: SystemVerification}',
  },
  {
    id: /^(RUNTIME_ENABLE|RT_CRIO_\w+|RT_DOCKER_\w+)$/,
    message: /cri-docker/,
    what: 'the service cri-docker does not start',
    hint: 'install cri-dockerd with its units, or set minikube.containerRuntime: containerd',
  },
  {
    id: /^(RUNTIME_ENABLE|RT_\w+|K8S_INSTALL_FAILED_CONTAINER_RUNTIME_NOT_RUNNING)$/,
    what: 'the container runtime does not start',
    isQuoted: true,
    hint: 'read the log of the runtime, or choose another minikube.containerRuntime',
  },
  {
    id: 'GUEST_PORT_IN_USE',
    what: 'a port that Kubernetes needs is in use',
    isQuoted: true,
    hint: 'stop the program at port 8443, 10250, 2379 or 2380: sudo ss -lntp shows it',
  },
  {
    id: 'GUEST_DRIVER_MISMATCH',
    what: 'the cluster was created with another driver',
    isQuoted: true,
    hint: 'delete the cluster: firesteel destroy, or choose another clusterName',
  },
  {
    id: 'GUEST_START',
    // Where an option skips this check, kubeadm warns of it beside every other failure.
    message: /\[ERROR SystemVerification\]|configured to not run on a host using cgroup v1/,
    what: 'kubelet refuses cgroup v1',
    hint: 'boot with cgroup v2, or set minikube.extraConfig: {kubeadm.ignore-preflight-errors: SystemVerification}',
  },
  {
    id: /^(GUEST_START|GUEST_NODE_START)$/,
    message: /\[ERROR ImagePull\]|failed to pull image/,
    what: 'the node cannot pull the images of Kubernetes',
    isQuoted: true,
    hint: network,
  },
  {
    id: 'GUEST_START',
    message: /\[ERROR Swap\]/,
    what: 'kubelet does not run with swap',
    hint: 'turn swap off: sudo swapoff -a, and remove it from /etc/fstab',
  },
  {
    id: 'GUEST_START',
    message: /\[ERROR FileContent--proc-sys-net-/,
    what: 'the kernel settings of this machine do not suit a node',
    isQuoted: true,
    hint: 'set them: sudo modprobe br_netfilter; sudo sysctl net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1',
  },
  {
    id: /^GUEST_(NODE_)?START$/,
    message: /never reported healthy/,
    what: 'the API server did not answer in time',
    hint: 'raise minikube.waitTimeout on a slow machine, or read minikube logs',
  },
  {
    id: /^GUEST_(START|PROVISION\w*|NODE_START|NODE_PROVISION)$/,
    what: 'the node did not start',
    isQuoted: true,
    hint: `read minikube logs, then recreate the cluster: ${again}`,
  },
  {
    id: /^GUEST_IMAGE_/,
    what: 'minikube did not load the image',
    isQuoted: true,
    hint: "run firesteel build and read minikube's output",
  },
  {
    id: 'ENV_DRIVER_CONFLICT',
    what: 'minikube docker-env does not work with driver none',
    hint: 'run docker directly: driver none uses the Docker of this machine',
  },
  {
    id: 'ENV_MULTINODE_CONFLICT',
    what: 'docker-env does not support several nodes',
    hint: 'set minikube.nodes: 1, or minikube.containerRuntime: containerd',
  },
  {
    id: /^MK_(PATCH_NOT_FOUND|KVERSION_USAGE)$/,
    what: 'minikube does not know this version of Kubernetes',
    isQuoted: true,
    hint: 'correct minikube.kubernetesVersion, as in v1.35.1',
  },
  {
    id: /^(MK_ADDON_ENABLE|SVC_ADDON_UNSUPPORTED)$/,
    what: 'minikube cannot turn on an addon',
    isQuoted: true,
    hint: 'correct minikube.addons; list the addons: minikube addons list',
  },
  {
    id: 'HOST_CPU_DELEGATION',
    what: 'a Docker engine without root may not limit CPUs of containers',
    hint: 'delegate the cgroup controllers to the user: https://rootlesscontaine.rs/getting-started/common/cgroup2/',
  },
  {
    id: 'MK_USAGE',
    message: /cluster ".*" does not exist/,
    what: 'there is no such cluster',
    hint: 'create the cluster: firesteel deploy',
  },
  {
    id: 'MK_USAGE',
    message: /Valid components are/,
    what: 'minikube.extraConfig names an unknown component',
    isQuoted: true,
    hint: 'write keys as component.key, such as kubelet.max-pods',
  },
  {
    id: 'MK_USAGE',
    message: /disk size/i,
    what: 'minikube.diskSize is too small',
    isQuoted: true,
    hint: 'set minikube.diskSize to 2000Mi or more',
  },
  {
    id: 'MK_USAGE',
    what: 'minikube rejects these settings',
    isQuoted: true,
    hint: 'correct the profile, beginning with minikube.flags',
  },
  {
    id: 'MK_INTERRUPTED',
    what: 'minikube was interrupted',
    hint: 'run the same command again: it resumes where it stopped',
  },
];
