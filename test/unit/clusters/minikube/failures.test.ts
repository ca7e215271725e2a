// Every way minikube gives up, as recorded from the real one, and the line it becomes.
import { describe, expect, test } from 'vitest';
import { runMinikube } from '../../../../tasks/clusters/minikube/command.ts';
import type { Driver } from '../../../../tasks/clusters/minikube/driver.ts';
import { explain } from '../../../../tasks/clusters/minikube/reasons.ts';
import { startCommand } from '../../../../tasks/clusters/minikube/start.ts';
import { createExec } from '../../../../tasks/core/exec.ts';
import { fakeMinikube, profileNamed, recorded } from '../../../fakes/minikube/fake.ts';

const fake = fakeMinikube();
const exec = createExec(new AbortController().signal);

/** The recording, what becomes of it, and the beginning of its hint. */
const explained: [recording: string, line: string, hint: string][] = [
  ['none: no crictl', "crictl is not on root's PATH", 'install crictl: firesteel tools install crictl'],
  ['none: no conntrack', 'conntrack is not installed', 'install conntrack: sudo apt-get install conntrack'],
  ['none: no iptables', 'iptables is not on PATH', 'install iptables: sudo apt-get install iptables'],
  ['none: no sudo', 'sudo is not installed, or asks for a password', 'run `sudo -v` first'],
  ['none: sudo asks', 'sudo is not installed, or asks for a password', 'run `sudo -v` first'],
  ['none: another profile', 'driver none has only one cluster, named minikube', 'set clusterName: minikube'],
  ['none: two nodes', 'driver none has only one node', 'set minikube.nodes: 1'],
  [
    'none: no Kubernetes',
    'minikube rejects these settings: Cannot use the option --no-kubernetes on the none driver',
    'correct the profile, beginning with minikube.flags',
  ],
  [
    'none: more cores than there are',
    'not enough CPUs: Requested cpu count 512 is greater than the available cpus of 2',
    'set minikube.cpus to at least 2',
  ],
  [
    'none: an old Kubernetes',
    'this version of Kubernetes is too old for minikube: Kubernetes 1.20.0 is not supported by this release of minikube',
    'set minikube.kubernetesVersion to v1.28.0 or newer',
  ],
  [
    'docker: as root',
    'minikube does not let root use this driver',
    'run firesteel as another user, or set minikube.flags: [--force]',
  ],
  ['docker: no client', 'docker is not installed', 'install Docker: sudo apt-get install docker.io'],
  ['docker: daemon down', 'Docker is not running', 'start Docker: sudo systemctl start docker'],
  ['docker: no permission', 'this user may not use Docker', 'add yourself to group docker, and log in again: sudo'],
  [
    'docker: 1000 MB',
    'minikube.memory is too small: Requested memory allocation 1000MiB is less than the usable minimum of 1800MB',
    'set minikube.memory to 1800Mi or more',
  ],
  [
    'docker: more memory than there is',
    'minikube.memory is more than this machine has: Requested memory allocation 99999999MB is more than your system limit 24105MB.',
    'lower minikube.memory',
  ],
  [
    'docker: more cores than there are',
    'not enough CPUs: Requested cpu count 512 is greater than the available cpus of 4',
    'set minikube.cpus',
  ],
  [
    'docker: one core',
    'not enough CPUs: Requested cpu count 1 is less than the minimum allowed of 2',
    'set minikube.cpus',
  ],
  [
    'docker: a small disk',
    'minikube.diskSize is too small: Requested disk size 1000 is less than minimum of 2000',
    'set minikube.diskSize to 2000Mi or more',
  ],
  [
    'docker: a bad key',
    'minikube.extraConfig names an unknown component: Valid components are: [apiserver controller-manager scheduler etcd kubeadm kubelet kube-proxy]',
    'write keys as component.key',
  ],
  ['kvm2: missing', 'libvirt is not installed', 'install libvirt: sudo apt-get install libvirt-daemon-system'],
  ['kvm2: as root', 'minikube does not let root use this driver', 'run firesteel as another user'],
  ['qemu2: missing', 'QEMU is not installed', 'install QEMU: sudo apt-get install qemu-system-x86 ovmf'],
  [
    'qemu2: no firmware',
    "QEMU lacks its UEFI firmware: The 'qemu2' provider was not found: stat /usr/share/OVMF/OVMF_CODE.fd: no such file or directory",
    'install the firmware: sudo apt-get install ovmf',
  ],
  ['virtualbox: missing', 'VirtualBox is not installed', 'install VirtualBox'],
  ['virtualbox: as root', 'minikube does not let root use this driver', 'run firesteel as another user'],
  [
    'an unknown driver',
    "this driver does not support this system: The driver 'bogus' is not supported on linux/amd64",
    'set minikube.driver',
  ],
  [
    'an unknown flag',
    'minikube rejects these settings (exit code 14)',
    'correct the profile, beginning with minikube.flags',
  ],
  [
    'another driver than its own',
    'the cluster was created with another driver: The existing "minikube" cluster was created using the "docker" driver, which is incompatible with requested "kvm2" driver.',
    'delete the cluster: firesteel destroy, or choose another clusterName',
  ],
];

describe('a start of the real minikube that failed', () => {
  test.each(explained)('for "%s" says: %s', async (recording, line, hint) => {
    const profile = await profileNamed('minikube-docker');
    const driver = (recording.split(':')[0] ?? '') as Driver;
    const command = startCommand(profile, driver);
    fake.answer(command, recorded(recording));
    const error = await runMinikube(exec, profile, command).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: `minikube start: ${line}`, hint: expect.stringContaining(hint) });
    expect((error as { hint: string }).hint.startsWith(hint)).toBe(true);
  });
});

/** Reasons that a dry run does not come to, with messages as minikube's sources and users have them. */
const further: [id: string, code: number, message: string, what: RegExp, hint: RegExp][] = [
  ['NOT_FOUND_CRI_DOCKERD', 15, '', /^not installed: cri-dockerd/, /tools install cri-dockerd/],
  ['NOT_FOUND_DOCKERD', 15, '', /^not installed: dockerd/, /apt-get install docker\.io/],
  ['NOT_FOUND_CNI_PLUGINS', 15, '', /no folder \/opt\/cni\/bin/, /containernetworking-plugins/],
  ['RSRC_DOCKER_STORAGE', 26, 'Docker is out of disk space!', /^the disk is full$/, /docker system prune/],
  ['GUEST_PROVISION_NOSPACE', 80, 'mkdir: no space left on device', /^the disk is full$/, /docker system prune/],
  ['HOST_HOME_PERMISSION', 37, 'open ~/.minikube: permission denied', /may not write to minikube's folder/, /chown/],
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

test('a successful start is known by its exit code, whatever errors it prints', async () => {
  const profile = await profileNamed('minikube-docker', 'minikube.flags=["--force"]');
  const command = startCommand(profile, 'docker');
  fake.answer(command, recorded('docker: accepted'));
  const shown: string[] = [];
  await runMinikube(exec, profile, command, { onLine: (line) => shown.push(line) });
  expect(shown).toContain('Selecting Driver');
  expect(fake.environment()).toMatchObject({ MINIKUBE_PROFILE: 'minikube-docker' });
  expect(fake.environment()['KUBECONFIG']).toBe(`${fake.folder}/data/firesteel/clusters/minikube-docker/kubeconfig`);
});

test('without minikube the failure says so', async () => {
  const profile = await profileNamed('minikube-docker');
  fake.program('minikube', '#!/bin/sh\necho "bash: line 1: minikube: command not found" >&2\nexit 127\n');
  await expect(runMinikube(exec, profile, startCommand(profile, 'docker'))).rejects.toMatchObject({
    message: 'minikube: not found',
  });
});
