// The part of the table of minikube's reasons about this machine: its memory, disk, files, kernel and network.
import { inotifyHint } from '../../docker-causes.ts';
import { joinLibvirt, network, type Reason, virtual } from './reason.ts';

export const machineReasons: readonly Reason[] = [
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
];
