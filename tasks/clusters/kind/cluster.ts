// kind: Kubernetes nodes as containers of a Docker engine that runs already.
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Exec } from '../../core/types.ts';
import { hostNameServers } from '../../coredns/upstreams.ts';
import { inotifyCheck } from '../../host/kernel.ts';
import { engineVersionCommand } from '../../images/docker-engine.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Cluster } from '../../steps/cluster.ts';
import type { Step } from '../../steps/types.ts';
import { isOurs } from '../ours.ts';
import { probeImage, probeTools } from '../probe-image.ts';
import { deleteCommand, kindSource } from './commands.ts';
import { kindFailure, runKind } from './failures.ts';
import { exists, foreignProblems, isMadeHere, kindStatus } from './nodes.ts';
import { publishImage } from './publish.ts';
import { startSteps } from './start.ts';

/** What is wrong with an engine. kind wants --cgroupns, which came with Docker 20.10. Docker went from 1.13 to 17.03. */
function engineProblems(version: string): string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 1 && major < 17)
    return [
      `docker is Podman ${version} on this machine, and this profile runs kind with Docker: install Docker, or use --profile local, which needs no Docker`,
    ];
  const isTooOld = major < 20 || (major === 20 && minor < 10);
  return isTooOld ? [`Docker ${version} is too old: kind needs 20.10 or newer`] : [];
}

async function kindProblems(profile: Profile, read: Exec): Promise<string[]> {
  try {
    const version = (await read(engineVersionCommand)).trim();
    return [
      ...engineProblems(version),
      // Without kind nothing can be asked: what is not installed will be, and then it is asked again.
      ...(await foreignProblems(profile, read).catch(() => [])),
    ];
  } catch (error) {
    // Without docker nothing was printed: what is not installed will be.
    if (!(error instanceof Failure) || error.output === undefined) return [];
    const known = kindFailure(error, 'run kind');
    return known instanceof Failure ? [[known.message, known.hint].filter(Boolean).join(': ')] : [error.message];
  }
}

/** A cluster that we made may hide behind an engine that is down; otherwise there is nothing of ours. */
const isGone = async (profile: Profile, read: Exec): Promise<boolean> => {
  try {
    return !(await exists(profile, read));
  } catch (error) {
    if (isOurs(profile)) throw error;
    return true;
  }
};

const downSteps = (profile: Profile): Step[] => {
  const folder = dirname(kindSource(profile).path);
  return [
    {
      title: 'Delete the cluster',
      skip: async ({ read }) => {
        if (await isGone(profile, read)) return 'no such cluster';
        return !(await isMadeHere(profile, read)) && 'not made by firesteel, so it stays';
      },
      run: async ({ run }, out) => {
        const doing = `delete cluster ${profile.clusterName}`;
        await runKind(run, deleteCommand(profile), doing, { onLine: out.line });
      },
    },
    {
      title: "Remove the cluster's folder",
      skip: () => !isOurs(profile) && 'not made by firesteel',
      run: ({ remove }) => remove(folder),
    },
  ];
};

export const kind: Cluster = {
  ...(process.platform === 'linux' ? { probeImage } : {}),
  tools: () => [
    { name: 'kind', purpose: 'makes the cluster' },
    { name: 'docker', package: 'docker.io', purpose: 'runs its nodes' },
    ...(process.platform === 'linux' ? probeTools : []),
  ],
  preflights: [
    {
      name: 'engine',
      title: 'Docker for kind',
      category: 'This machine',
      affects: 'deploy and every verb that starts a cluster of kind',
      problems: kindProblems,
    },
  ],
  checks: [inotifyCheck],
  upstreamDns: async ({ dns }) =>
    dns.upstream ?? [...new Set((await hostNameServers()).flatMap(({ servers }) => servers))],
  kubeconfig: kindSource,
  status: kindStatus,
  up: startSteps,
  down: downSteps,
  publish: publishImage,
  hostFolders: () => 'its nodes are containers; copy the folder into the image with --data FOLDER',
};
