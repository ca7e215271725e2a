// The call that starts a cluster, word for word, by profile; and what surrounds it.
import { describe, expect, test } from 'vitest';
import { chooseDriver, type Driver } from '../../../../tasks/clusters/minikube/driver.ts';
import { minikubeEnvironment } from '../../../../tasks/clusters/minikube/environment.ts';
import { megabytes, startCommand } from '../../../../tasks/clusters/minikube/start.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import { profileNamed } from '../../../fakes/minikube/fake.ts';

const wait = ['--wait=apiserver,default_sa,node_ready,kubelet'];
const end = ['--embed-certs', '--interactive=false', '--output=json'];

const rows: [profile: string, sets: string[], driver: Driver, resolvConf: string | undefined, words: string[]][] = [
  [
    'minikube-none',
    [],
    'none',
    undefined,
    ['--profile=minikube', '--driver=none', '--container-runtime=containerd', ...wait, '--wait-timeout=10m', ...end],
  ],
  [
    'minikube-none',
    ['minikube.kubernetesVersion=v1.36.3', 'minikube.flags=["--force"]', 'minikube.waitTimeout=5m'],
    'none',
    '/run/systemd/resolve/resolv.conf',
    [
      ...['--profile=minikube', '--driver=none', '--container-runtime=containerd', '--kubernetes-version=v1.36.3'],
      ...['--extra-config=kubelet.resolv-conf=/run/systemd/resolve/resolv.conf', ...wait, '--wait-timeout=5m', ...end],
      '--force',
    ],
  ],
  [
    'minikube-none',
    ['minikube.extraConfig.kubelet.resolv-conf=/etc/mine', 'minikube.extraConfig.kubelet.max-pods=50'],
    'none',
    undefined,
    [
      ...['--profile=minikube', '--driver=none', '--container-runtime=containerd'],
      ...['--extra-config=kubelet.resolv-conf=/etc/mine', '--extra-config=kubelet.max-pods=50'],
      ...[...wait, '--wait-timeout=10m', ...end],
    ],
  ],
  [
    'minikube-vm',
    [],
    'kvm2',
    undefined,
    [
      ...['--profile=minikube-vm', '--driver=kvm2', '--container-runtime=containerd', '--memory=8192mb', '--cpus=3'],
      ...[...wait, '--wait-timeout=10m', ...end],
    ],
  ],
  [
    'minikube-vm',
    ['minikube.diskSize=20G', 'minikube.memory=4000Mi', 'clusterName=other'],
    'qemu2',
    undefined,
    [
      ...['--profile=other', '--driver=qemu2', '--container-runtime=containerd', '--memory=4000mb', '--cpus=3'],
      ...['--disk-size=19073mb', ...wait, '--wait-timeout=10m', ...end],
    ],
  ],
  [
    'minikube-docker',
    ['minikube.containerRuntime=docker', 'minikube.nodes=3', 'minikube.addons=[metrics-server, ingress]'],
    'docker',
    undefined,
    [
      ...['--profile=minikube-docker', '--driver=docker', '--container-runtime=docker', '--memory=8192mb', '--cpus=3'],
      ...['--nodes=3', '--addons=metrics-server,ingress', ...wait, '--wait-timeout=10m', ...end],
    ],
  ],
];

test.each(rows)('%s with %j on %s, pods resolving by %s, starts so', async (name, sets, driver, resolvConf, words) => {
  const profile = await profileNamed(name, ...sets);
  expect(startCommand(profile, driver, resolvConf)).toEqual(['minikube', 'start', ...words]);
});

test.each([
  ['8Gi', '8192mb'],
  ['1800Mi', '1800mb'],
  ['2000000Ki', '1953mb'],
  ['8G', '7629mb'],
  ['1.5Gi', '1536mb'],
  ['2147483648', '2048mb'],
])('a size of %s is %s to minikube', (quantity, size) => expect(megabytes(quantity)).toBe(size));

test("the shell's own MINIKUBE_ settings count for nothing, but for where minikube keeps its clusters", () => {
  const environment = minikubeEnvironment(
    { clusterName: 'here' },
    {
      MINIKUBE_DRIVER: 'docker',
      MINIKUBE_PROFILE: 'other',
      MINIKUBE_MEMORY: '1g',
      MINIKUBE_HOME: '/elsewhere',
      MINIKUBE_ACTIVE_DOCKERD: 'other',
      HOME: '/home/user',
    },
  );
  expect(environment).toEqual({
    MINIKUBE_DRIVER: '',
    MINIKUBE_MEMORY: '',
    MINIKUBE_PROFILE: 'here',
    KUBECONFIG: expect.stringMatching(/\/firesteel\/clusters\/here\/kubeconfig$/),
    MINIKUBE_WANTUPDATENOTIFICATION: 'false',
    MINIKUBE_IN_STYLE: 'false',
    LC_ALL: 'C',
    LANGUAGE: '',
  });
});

describe('driver vm', () => {
  /** A machine with these programs on PATH. */
  const having =
    (...programs: string[]): Exec =>
    async (command) => {
      if (command[0] !== 'sh' || !programs.includes(command.at(-1) ?? '')) throw new Error('not found');
      return `/usr/bin/${command.at(-1)}\n`;
    };
  const qemu = process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64';
  const choose = async (platform: string, made: string | undefined, ...programs: string[]) =>
    chooseDriver(await profileNamed('minikube-vm'), made, having(...programs), platform);

  test.each([
    ['linux', ['VBoxManage', qemu, 'virsh'], 'kvm2'],
    ['linux', ['VBoxManage', qemu], 'qemu2'],
    ['linux', ['VBoxManage'], 'virtualbox'],
    ['darwin', [qemu, 'vfkit'], 'vfkit'],
    ['darwin', [qemu, 'krunkit'], 'krunkit'],
    ['darwin', [qemu], 'qemu2'],
  ])('on %s with %j is %s', async (platform, programs, driver) =>
    expect(await choose(platform, undefined, ...programs)).toEqual({ driver }),
  );

  test('stays what the cluster was made with, whatever else is installed since', async () =>
    expect(await choose('linux', 'virtualbox', 'virsh', 'VBoxManage')).toEqual({ driver: 'virtualbox' }));

  test('of a cluster in a container is chosen again, for that is another cluster', async () =>
    expect(await choose('linux', 'docker', qemu)).toEqual({ driver: 'qemu2' }));

  test('where there is no program for any names them all', async () =>
    expect(await choose('linux', undefined)).toEqual({
      problem: `minikube.driver vm: none of virsh (kvm2), ${qemu} (qemu2), VBoxManage (virtualbox) is on PATH: install one, as in apt-get install qemu-system-x86 ovmf, or use --profile minikube-docker`,
    }));

  test('that is named is used unchanged', async () => {
    const profile = await profileNamed('minikube-vm', 'minikube.driver=virtualbox');
    expect(await chooseDriver(profile, undefined, having('virsh'), 'linux')).toEqual({ driver: 'virtualbox' });
  });
});
