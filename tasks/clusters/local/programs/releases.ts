// Downloads official releases of the local cluster's programs, and checks each published checksum.
import { replaceFolder } from '../../../core/files/work-folder.ts';
import { projectPath } from '../../../core/paths.ts';
import type { Context, Output } from '../../../steps/types.ts';
import { pinnedVersion } from '../../../toolbox/pins.ts';
import { fetchRelease, type Release, readChecksums, thisPlatform } from '../../../toolbox/release.ts';

function releases(arch: string): Release[] {
  const kubernetes = pinnedVersion(moduleFolder, 'k8s.io/kubernetes');
  const containerd = pinnedVersion(moduleFolder, 'github.com/containerd/containerd/v2').slice(1);
  const etcd = pinnedVersion(moduleFolder, 'go.etcd.io/etcd/server/v3');
  const coredns = pinnedVersion(moduleFolder, 'github.com/coredns/coredns').slice(1);
  const kubernetesReleases = `https://dl.k8s.io/release/${kubernetes}/bin/linux/${arch}`;
  const containerdFile = `containerd-${containerd}-linux-${arch}.tar.gz`;
  const containerdReleases = `https://github.com/containerd/containerd/releases/download/v${containerd}/${containerdFile}`;
  const etcdFile = `etcd-${etcd}-linux-${arch}`;
  const etcdReleases = `https://github.com/etcd-io/etcd/releases/download/${etcd}`;
  const corednsFile = `coredns_${coredns}_linux_${arch}.tgz`;
  const corednsReleases = `https://github.com/coredns/coredns/releases/download/v${coredns}/${corednsFile}`;
  return [
    ...['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubelet'].map((program) => ({
      programs: [program],
      address: `${kubernetesReleases}/${program}`,
      checksums: `${kubernetesReleases}/${program}.sha256`,
    })),
    {
      programs: ['containerd', 'containerd-shim-runc-v2', 'ctr'],
      address: containerdReleases,
      checksums: `${containerdReleases}.sha256sum`,
      folder: 'bin',
    },
    {
      programs: ['etcd'],
      address: `${etcdReleases}/${etcdFile}.tar.gz`,
      checksums: `${etcdReleases}/SHA256SUMS`,
      folder: etcdFile,
    },
    { programs: ['coredns'], address: corednsReleases, checksums: `${corednsReleases}.sha256`, folder: '.' },
  ];
}

/** Downloads everything into `folder`; false if the release hosts cannot be reached. A wrong checksum is a Failure. */
export async function downloadReleases(folder: string, context: Context, out: Output): Promise<boolean> {
  const wanted = releases(thisPlatform().arch);
  const lists = await readChecksums(wanted, context.read);
  if (!lists) {
    out.line('this machine cannot reach the release hosts');
    return false;
  }
  const hint = 'run the command again, or set local.binaries to a folder of programs that you trust';
  await replaceFolder(folder, context, async (work) => {
    for (const [index, release] of wanted.entries())
      await fetchRelease(release, { list: lists[index] ?? '', work, hint }, context, out);
  });
  return true;
}

/** The module whose tools they are; `go build tool` makes them all. */
export const moduleFolder = projectPath('docker', 'node');

export const kubernetesVersion = (): string => pinnedVersion(moduleFolder, 'k8s.io/kubernetes');
