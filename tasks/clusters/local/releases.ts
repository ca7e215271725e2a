// Official releases of the local cluster's programs, each checked against the checksum its project publishes.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../lib/failure.ts';
import type { Context, Output } from '../../lib/types.ts';
import { pinnedVersion } from './binaries.ts';

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
const patienceMs = 5000;

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

/** Downloads everything into `folder`; false if the release hosts are out of reach. A wrong checksum is a Failure. */
export async function downloadReleases(folder: string, context: Context, out: Output): Promise<boolean> {
  const wanted = releases(process.arch === 'arm64' ? 'arm64' : 'amd64');
  const sums = await Promise.all(wanted.map((release) => fetchText(release.checksums))).catch(() => undefined);
  if (!sums) {
    out.line('release hosts are out of reach');
    return false;
  }
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    for (const [index, release] of wanted.entries()) {
      const file = release.address.split('/').at(-1) ?? '';
      out.line(file);
      const sum = publishedSum(sums[index] ?? '', file);
      const path = join(work, file);
      const found = await download(release.address, path, context.signal);
      if (!sum || found !== sum)
        throw new Failure(`${release.address}: sha256 ${found}, published is ${sum ?? 'none'}`, {
          hint: 'try again; if it stays so, set local.binaries to a folder you trust',
        });
      if (release.folder) await unpack(path, release, work, context);
      else await chmod(path, 0o755);
    }
    await rename(work, folder);
    return true;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchText(address: string): Promise<string> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(patienceMs) });
  if (!answer.ok) throw new Failure(`${address}: ${answer.status}`);
  return answer.text();
}

/** Downloads to a file; answers its sha256. */
async function download(address: string, path: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(address, { signal });
  if (!answer.ok || !answer.body) throw new Failure(`${address}: ${answer.status}`);
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(answer.body), hashing, createWriteStream(path, { mode: 0o755 }));
  return hash.digest('hex');
}

async function unpack(archive: string, release: Release, work: string, context: Context): Promise<void> {
  const inside = release.programs.map((program) => (release.folder === '.' ? program : `${release.folder}/${program}`));
  const strip = release.folder === '.' ? 0 : 1;
  await context.run(['tar', '-xzf', archive, '-C', work, `--strip-components=${strip}`, '--no-same-owner', ...inside]);
  await rm(archive);
}
