// Official releases of the local cluster's programs, each checked against the checksum its project publishes.
import { basename, join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import type { Command, Context, Exec, Output } from '../../lib/types.ts';
import { pinnedVersion } from './pins.ts';

interface Release {
  /** The programs to keep. */
  programs: string[];
  address: string;
  /** A published text with the file's sha256; where it lists several files, the line with this one's name counts. */
  checksums: string;
  /** Folder of the programs inside a .tar.gz; left out, the download is the program itself. */
  folder?: string;
}

/** How long a host may take to answer before it counts as out of reach. */
const patienceSeconds = 10;

function releases(arch: string): Release[] {
  const kubernetes = pinnedVersion('k8s.io/kubernetes');
  const containerd = pinnedVersion('github.com/containerd/containerd/v2').slice(1);
  const etcd = pinnedVersion('go.etcd.io/etcd/server/v3');
  const coredns = pinnedVersion('github.com/coredns/coredns').slice(1);
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

/** The sha256 of a file in a published list: the line that names it, or the only word there is. */
export function publishedSum(list: string, file: string): string | undefined {
  const lines = list.trim().split('\n');
  const line = lines.length === 1 ? lines[0] : lines.find((text) => text.trim().endsWith(file));
  return /\b[0-9a-f]{64}\b/.exec(line ?? '')?.[0];
}

/** `curl` keeps to the proxy settings and authorities of the machine. */
const curlCommand = (address: string, ...options: string[]): Command => [
  'curl',
  '--fail',
  '--silent',
  '--show-error',
  '--location',
  ...options,
  address,
];

/** Downloads everything into `folder`; false if the release hosts are out of reach. A wrong checksum is a Failure. */
export async function downloadReleases(folder: string, { read, run }: Context, out: Output): Promise<boolean> {
  const wanted = releases(process.arch === 'arm64' ? 'arm64' : 'amd64');
  const patience = ['--max-time', String(patienceSeconds)];
  const lists = await Promise.all(
    wanted.map(({ checksums }) => read(curlCommand(checksums, ...patience)).catch(() => '')),
  );
  if (lists.includes('')) {
    out.line('release hosts are out of reach');
    return false;
  }
  const work = `${folder}.${process.pid}`;
  try {
    await run(['mkdir', '-p', work]);
    for (const [index, release] of wanted.entries()) await fetchRelease(release, lists[index] ?? '', work, run, out);
    await run(['mv', '--no-target-directory', work, folder]);
    return true;
  } finally {
    await run(['rm', '--recursive', '--force', work]);
  }
}

async function fetchRelease(release: Release, list: string, work: string, run: Exec, out: Output): Promise<void> {
  const file = basename(release.address);
  const path = join(work, file);
  const sum = publishedSum(list, file);
  if (!sum) throw new Failure(`${release.checksums} has no checksum of ${file}`, { hint: trustHint });
  out.line(file);
  await run(curlCommand(release.address, '--output', path));
  await run(['sha256sum', '--check', '--quiet'], { input: `${sum}  ${path}\n` }).catch((cause: unknown) => {
    throw new Failure(`${release.address} is not what was published: its sha256 is not ${sum}`, {
      hint: trustHint,
      cause,
    });
  });
  if (release.folder) await unpack(path, release, work, run);
  else await run(['chmod', '755', path]);
}

const trustHint = 'try again; if it stays so, set local.binaries to a folder you trust';

async function unpack(archive: string, { programs, folder }: Release, work: string, run: Exec): Promise<void> {
  const inside = programs.map((program) => (folder === '.' ? program : `${folder}/${program}`));
  const strip = folder === '.' ? 0 : 1;
  await run(['tar', '-xzf', archive, '-C', work, `--strip-components=${strip}`, '--no-same-owner', ...inside]);
  await run(['rm', archive]);
}
