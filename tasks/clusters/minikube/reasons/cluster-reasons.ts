// The part of the table of minikube's reasons about Kubernetes, the container runtime, the node and wrong settings.
import { again, network, type Reason } from './reason.ts';

export const clusterReasons: readonly Reason[] = [
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
