// Reasons of minikube that a dry run does not come to, and the line and the hint that a person gets for each.
import { expect, test } from 'vitest';
import { explain } from '../../../../../tasks/clusters/minikube/reasons/explain.ts';

/** Reasons that a dry run does not come to, with messages as minikube's sources and users have them. */
const further: [id: string, code: number, message: string, what: RegExp, hint: RegExp][] = [
  ['NOT_FOUND_CRI_DOCKERD', 15, '', /^not installed: cri-dockerd/, /tools install cri-dockerd/],
  ['NOT_FOUND_DOCKERD', 15, '', /^not installed: dockerd/, /apt-get install docker\.io/],
  ['NOT_FOUND_CNI_PLUGINS', 15, '', /no folder \/opt\/cni\/bin/, /containernetworking-plugins/],
  ['RSRC_DOCKER_STORAGE', 26, 'Docker is out of disk space!', /disk of this machine or of the node is full$/, /^free/],
  [
    'GUEST_PROVISION_NOSPACE',
    80,
    'mkdir: no space left on device',
    /or of the node is full$/,
    /deletes stopped clusters/,
  ],
  ['GUEST_PROVISION_NOSPACE', 80, 'inotify_add_watch: no space left on device', /few inotify watches$/, /sysctl/],
  [
    'HOST_HOME_PERMISSION',
    37,
    'open ~/.minikube: permission denied',
    /may not write to minikube's folder: open/,
    /MINIKUBE_HOME/,
  ],
  ['HOST_JUJU_LOCK_PERMISSION', 37, 'unable to open /tmp/juju-mk: permission denied', /lock file/, /as the same user/],
  [
    'HOST_KUBECONFIG_PERMISSION',
    37,
    'open kubeconfig: permission denied',
    /cannot write its kubeconfig: open/,
    /take over the file that the message names/,
  ],
  ['HOST_VIRT_UNAVAILABLE', 38, 'VT-X/AMD-v', /^this machine offers no virtualization$/, /firmware/],
  ['HOST_CGROUP_NOT_SUPPORTED', 36, 'cgroups', /lacks a cgroup/, /SystemVerification/],
  [
    'INET_LOOKUP_HOST',
    48,
    'lookup dl.k8s.io: no such host',
    /minikube cannot look up a name on the internet: lookup dl\.k8s\.io/,
    /--force/,
  ],
  ['INET_DOWNLOAD_TIMEOUT', 40, 'i/o timeout', /could not download a file that it needs: i\/o timeout/, /HTTPS_PROXY/],
  ['PR_KVM_USER_PERMISSION', 67, 'libvirt-sock: permission denied', /may not use libvirt/, /usermod -aG libvirt/],
  [
    'GUEST_START',
    80,
    'failed to start node: wait 6m0s',
    /^the node did not start: failed to start node/,
    /minikube logs/,
  ],
  [
    'GUEST_START',
    80,
    'kubelet is configured to not run on a host using cgroup v1',
    /^kubelet refuses cgroup v1$/,
    /SystemVerification/,
  ],
  [
    'GUEST_PROVISION',
    80,
    'Failed to start host: driver start',
    /^the node did not start: Failed/,
    /destroy, then firesteel deploy/,
  ],
  ['GUEST_PORT_IN_USE', 81, 'Port-10250 is in use', /a port that Kubernetes needs is in use: Port-10250/, /ss -lntp/],
  ['GUEST_DRIVER_MISMATCH', 81, 'The existing cluster', /created with another driver/, /another clusterName/],
  [
    'RUNTIME_ENABLE',
    90,
    'Failed to enable container runtime: cri-docker.socket: not found',
    /service cri-docker does not/,
    /cri-dockerd/,
  ],
  [
    'RUNTIME_ENABLE',
    90,
    'sudo systemctl restart crio: exit 5',
    /runtime does not start: sudo systemctl/,
    /containerRuntime/,
  ],
  ['K8S_OLD_UNSUPPORTED', 106, 'Kubernetes 1.20.0', /too old for minikube: Kubernetes 1\.20/, /--force/],
  ['K8S_NEW_UNSUPPORTED', 106, 'Kubernetes 1.99.0', /too new for minikube: Kubernetes 1\.99/, /--force/],
  [
    'K8S_DOWNGRADE_UNSUPPORTED',
    106,
    'Unable to safely downgrade',
    /newer Kubernetes than minikube\.kubernetesVersion/,
    /destroy/,
  ],
  [
    'K8S_APISERVER_TIMEOUT',
    102,
    'apiserver healthz never reported healthy',
    /API server did not answer in time/,
    /waitTimeout/,
  ],
  ['K8S_KUBELET_NOT_RUNNING', 109, 'kubelet', /^kubelet is not running$/, /journalctl -u kubelet/],
  ['PROVIDER_PODMAN_NOT_FOUND', 65, 'podman: not found', /program is not installed: podman/, /minikube\.driver/],
  ['PROVIDER_KRUNKIT_NOT_RUNNING', 63, 'krunkit', /service is not running: krunkit/, /minikube\.driver/],
  ['PROVIDER_KVM2_ERROR', 69, 'virsh failed', /the driver does not work: virsh failed/, /minikube\.driver/],
  ...(
    [
      [
        'version" exit status 1: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.',
        /is not running$/,
      ],
      [
        'failed to connect to the docker API at unix:///home/me/.docker/desktop/docker.sock; check',
        /desktop\/docker\.sock is/,
      ],
      ['error during connect: Get "http://docker:2375/v1": dial tcp: lookup docker: no such host', /\$DOCKER_HOST/],
      ['permission denied while trying to connect to the docker API at unix:///x', /^this user may not use the Docker/],
      [
        'Error response from daemon: client version 1.24 is too old. Minimum supported API version is 1.44',
        /do not fit$/,
      ],
      ['docker version is less than the minimum required', /^Docker is too old/],
      ['deadline exceeded running "docker version": signal: killed', /^Docker does not answer in time$/],
    ] as const
  ).map(([message, what]): (typeof further)[number] => ['PROVIDER_DOCKER_NOT_RUNNING', 63, message, what, /./]),
  [
    'GUEST_PROVISION',
    80,
    'creating host: create: docker run -d -t minikube: exit status 125 stderr: docker: Error response from daemon: driver failed: iptables: No chain/target/match by that name.',
    /removed the firewall rules/,
    /systemctl restart docker/,
  ],
  [
    'GUEST_START',
    80,
    'docker image ls: Cannot connect to the Docker daemon at unix:///var/run/docker.sock',
    /^the node did not start/,
    /minikube logs/,
  ],
  [
    'PROVIDER_KVM2_NOT_FOUND',
    69,
    'KVM is not supported on "arm64"',
    /does not support the processor/,
    /such as docker/,
  ],
  [
    'PROVIDER_KVM2_ERROR',
    69,
    "virsh domcapabilities failed: error: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied",
    /may not use libvirt/,
    /usermod -aG libvirt/,
  ],
  [
    'PROVIDER_KVM2_ERROR',
    69,
    "error: Failed to connect socket to '/var/run/libvirt/virtqemud-sock': No such file or directory",
    /^libvirt is not running$/,
    /systemctl start libvirtd/,
  ],
  ['PROVIDER_KVM2_NOT_RUNNING', 63, '/usr/bin/virsh domcapabilities timed out', /^libvirt is not running$/, /start/],
  ['PROVIDER_KVM2_ERROR', 69, "KVM is not supported by '/usr/bin/qemu' on this host", /offers no virtualization/, /./],
  [
    'PROVIDER_KVM2_ERROR',
    69,
    'error: Cannot find suitable emulator for x86_64',
    /^QEMU is not installed$/,
    /qemu-system/,
  ],
  [
    'PR_KVM_MISSING_NETWORK',
    69,
    "virError(Code=43, Message='Network not found: no network with matching name 'default'')",
    /network default is not active/,
    /virsh net-start default/,
  ],
  ['PR_VBOX_MODULE', 69, 'the vboxdrv kernel module is not loaded', /kernel module is not loaded$/, /vboxconfig/],
  ['RSRC_KVM_OOM', 23, 'cannot set up guest memory', /too little memory for the node/, /lower minikube\.memory/],
  ['INET_DEFAULT_ROUTE', 40, 'No default routes', /^this machine has no default route/, /another minikube\.driver/],
  ['INET_CACHE_TAR', 40, 'x509: certificate signed by unknown authority', /does not trust/, /update-ca-certificates/],
  [
    'INET_CACHE_TAR',
    40,
    'proxyconnect tcp: dial tcp 127.0.0.1:3128: refused',
    /the proxy of this machine/,
    /HTTPS_PROXY/,
  ],
  [
    'GUEST_START',
    80,
    '[ERROR ImagePull]: failed to pull image x: i/o timeout',
    /cannot pull the images/,
    /HTTPS_PROXY/,
  ],
  ['GUEST_START', 80, '[ERROR Swap]: running with swap on is not supported', /with swap$/, /swapoff/],
  [
    'GUEST_START',
    80,
    '[ERROR FileContent--proc-sys-net-bridge-bridge-nf-call-iptables]: does not exist',
    /kernel settings of this machine/,
    /br_netfilter/,
  ],
  [
    'GUEST_START',
    80,
    'failed to start node: wait 6m0s for node: apiserver healthz never reported healthy: context deadline exceeded',
    /API server did not answer in time/,
    /minikube\.waitTimeout/,
  ],
  ['MK_PATCH_NOT_FOUND', 14, 'Unable to detect the latest patch', /does not know this version/, /kubernetesVersion/],
  ['HOST_CPU_DELEGATION', 36, 'UserNS: cpu controller', /may not limit CPUs/, /rootlesscontaine/],
  ['PROVIDER_HYPERKIT_OBSOLETE', 66, 'hyperkit', /no longer supports this driver: hyperkit/, /minikube\.driver/],
];

test.each(further)('%s (%i) with "%s" is explained in our words', (id, exitCode, message, what, hint) => {
  const explained = explain({ id, exitCode, message, advice: 'its own advice', url: '' }, exitCode);
  expect(explained.what).toMatch(what);
  expect(explained.hint).toMatch(hint);
});

test("an unknown reason is shown in minikube's own words", () =>
  expect(
    explain({ id: 'NEW_THING', message: 'it broke', advice: 'mend it', url: 'https://minikube.example/new' }, 80),
  ).toEqual({ what: 'it broke (NEW_THING)', hint: 'mend it https://minikube.example/new' }));

test.each([
  "Run: 'minikube delete --all' to clean up all the abandoned networks.",
  'Please try purging minikube using `minikube delete --all --purge`',
  'Your minikube config refers to an unsupported driver. Erase ~/.minikube, and try again.',
  "Run 'minikube delete' to delete the stale VM",
])('advice that removes clusters is not passed on: %s', (advice) =>
  expect(explain({ id: 'NEW_THING', message: 'it broke', advice }, 80).hint).toBe(
    'read minikube logs, then recreate the cluster: firesteel destroy, then firesteel deploy',
  ),
);

test.each([
  [10, 'exit code 10'],
  [23, 'this machine lacks a resource (exit code 23)'],
  [37, 'something on this machine blocked minikube (exit code 37)'],
  [48, 'minikube could not download a file that it needs (exit code 48)'],
  [52, 'the driver refuses (exit code 52)'],
  [69, 'the driver does not work (exit code 69)'],
  [72, "this machine's network blocked minikube (exit code 72)"],
  [80, 'the node failed (exit code 80)'],
  [83, 'the cluster is not running (exit code 83)'],
  [85, 'there is no such cluster (exit code 85)'],
  [95, 'the container runtime failed (exit code 95)'],
  [101, 'the control plane failed (exit code 101)'],
  [115, 'a service of the cluster failed (exit code 115)'],
])('exit code %i without a reason says where it failed', (code, what) =>
  expect(explain({ id: '' }, code).what).toContain(what),
);
