// Every way minikube gives up, as recorded from the real one, and the line it becomes.
import { describe, expect, test } from 'vitest';
import { runMinikube } from '../../../../tasks/clusters/minikube/command.ts';
import type { Driver } from '../../../../tasks/clusters/minikube/driver.ts';
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
  ['docker: daemon down', 'the Docker engine is not running', 'start it: sudo systemctl start docker'],
  ['docker: no permission', 'this user may not use the Docker engine', 'add yourself to group docker and log in again'],
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
  fake.takeAway();
  await expect(runMinikube(exec, profile, startCommand(profile, 'docker'))).rejects.toMatchObject({
    message: 'minikube: not found',
  });
});
