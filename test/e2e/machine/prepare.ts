// What minikube finds on a machine that has internet: Kubernetes in its cache of downloads, and images in containerd.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binariesFolder, fetchBinaries } from '../../../tasks/clusters/local/programs/binaries.ts';
import { kubernetesVersion } from '../../../tasks/clusters/local/programs/releases.ts';
import { cachePath } from '../../../tasks/core/paths.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Tool } from '../../../tasks/steps/types.ts';
import { installTools, perform, type Sandbox, whyNoNodes } from '../firesteel.ts';
import { kubeadmArchive, makeKubeadmImages } from './images.ts';
import { type Machine, startMachine } from './machine.ts';

/** What minikube calls besides what a node of the local cluster does. */
const tools: Tool[] = [
  { name: 'sudo', package: 'sudo', purpose: 'minikube calls it, even as root' },
  { name: 'socat', package: 'socat', purpose: 'kubeadm looks for it' },
  { name: 'ethtool', package: 'ethtool', purpose: 'kubeadm looks for it' },
];

/** Why there can be no machine here; undefined if there can. */
export async function whyNoMachine(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a machine in namespaces needs root';
  const none = await whyNoNodes();
  if (none) return none;
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-machine-'));
  const works = (script: string): boolean =>
    spawnSync('unshare', ['--mount', '--cgroup', 'sh', '-ec', script, folder]).status === 0;
  try {
    if (!works('cd "$0"; mkdir a b c d; mount -t overlay -o lowerdir=a,upperdir=b,workdir=c overlay d'))
      return `an overlay cannot be mounted below ${tmpdir()}`;
    if (
      !works(
        'for file in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs; do [ ! -f "$file" ] || [ -w "$file" ]; done',
      )
    )
      return 'cgroups cannot be made';
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts a machine that is ready for minikube. Brings whatever that takes into the caches of this host. */
export async function readyMachine(box: Sandbox): Promise<Machine> {
  const profile = await readProfile('local', []);
  await installTools(tools);
  await perform([fetchBinaries(profile)]);
  for (const words of [
    ['tools', 'install', 'minikube', 'crictl', 'kubectl', 'kubeadm', '--yes'],
    // Inside there is nothing to build with; the image is the same.
    ['build', '--profile', 'local', '--yes'],
  ]) {
    const { code, output } = await box.run(...words);
    if (code !== 0) throw new Error(output);
  }
  const binaries = binariesFolder(profile);
  const archive = kubeadmArchive(binaries);
  await perform([makeKubeadmImages(binaries, archive)]);
  const machine = await startMachine(binaries);
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const downloads = `.minikube/cache/linux/${arch}/${kubernetesVersion()}`;
  machine.exec('mkdir', '-p', join('/run/machine/home', downloads));
  for (const program of [
    join(binaries, 'kubelet'),
    ...['kubeadm', 'kubectl'].map((name) => cachePath('tools', 'bin', name)),
  ])
    machine.exec('cp', '--dereference', program, join('/run/machine/home', downloads));
  machine.exec('ctr', '--namespace=k8s.io', 'images', 'import', '--local', archive);
  return machine;
}

/** The machine now asks its own resolver on 127.0.0.1, which knows the real one as dnsmasq does. */
export function useLoopbackResolver(machine: Machine): void {
  const service = ['start-stop-daemon', '--start', '--background', '--make-pidfile'] as const;
  machine.exec(
    ...service,
    '--pidfile=/run/loopback.pid',
    '--exec=/run/binaries/coredns',
    '--',
    '-conf',
    '/run/loopback.Corefile',
  );
  machine.write('/run/dnsmasq/resolv.conf', 'nameserver 203.0.113.1\n');
  machine.write('/etc/resolv.conf', 'nameserver 127.0.0.1\n');
}
