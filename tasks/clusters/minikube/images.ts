// Loads images into a minikube cluster and checks them, because `image load` ends with 0 even on failure.
import { Failure } from '../../core/failure.ts';
import { imageArchive } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Output, SingleStep, Step } from '../../steps/types.ts';
import { lookWith, minikubeCommand, runMinikube } from './command.ts';
import { lookAtCluster } from './status.ts';

/** How an image gets in: through the host's Docker, through the node's, or by minikube itself. */
export function routeOf({ minikube: { driver, containerRuntime, nodes } }: Profile): 'host' | 'docker-env' | 'load' {
  if (containerRuntime !== 'docker') return 'load';
  if (driver === 'none') return 'host';
  // docker-env reaches one node only.
  return nodes > 1 ? 'load' : 'docker-env';
}

/** docker-env says nothing but an exit code where its output is not a terminal. cmd/minikube/cmd/docker-env.go. */
const dockerEnvReasons = { 51: 'ENV_DRIVER_CONFLICT', 81: 'ENV_MULTINODE_CONFLICT' };

/** The variables by which `docker` talks to the node's engine. Throws Failure if it tells none. */
export function parseDockerEnv(text: string): Record<string, string> {
  // A dry run has nothing to read: then no engine may be meant, least of all the host's.
  if (text.trim() === '') return { DOCKER_HOST: 'unix:///dev/null' };
  const found = readJson(text) as Record<string, unknown> | undefined;
  if (typeof found?.['DOCKER_HOST'] !== 'string')
    throw new Failure("minikube docker-env does not name the node's Docker", {
      output: text.trim(),
      hint: 'set minikube.containerRuntime: containerd',
    });
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)]));
}

/** Variables for Docker commands that are to run in the node's engine. */
export async function dockerEnv(profile: Profile, read: Exec): Promise<Record<string, string>> {
  const command = minikubeCommand(profile, 'docker-env', '--shell=none', '--output=json');
  return parseDockerEnv(await runMinikube(read, profile, command, { reasons: dockerEnvReasons }));
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A reference as people write it: without the registry and folder that Docker adds. */
const familiar = (reference: string): string => reference.replace(/^docker\.io\/(library\/)?/, '');

/** Whether `image ls --format=json` lists the reference. */
export function isListed(lines: readonly string[], reference: string): boolean {
  const images = lines.map(readJson).find(Array.isArray) ?? [];
  const tags = images.flatMap((image: { repoTags?: string[] | null } | null) => image?.repoTags ?? []);
  return tags.some((tag) => familiar(tag) === familiar(reference));
}

async function hasImage(profile: Profile, reference: string, read: Exec): Promise<boolean> {
  return isListed(await lookWith(read, profile, minikubeCommand(profile, 'image ls', '--format=json')), reference);
}

async function load(profile: Profile, archive: string, { read, run }: Context, out: Output): Promise<void> {
  const route = routeOf(profile);
  if (route === 'load') {
    await runMinikube(run, profile, minikubeCommand(profile, 'image load', archive), { onLine: out.line });
    return;
  }
  const env = route === 'docker-env' ? await dockerEnv(profile, read) : {};
  await run(['docker', 'load', '--input', archive], { env, onLine: out.line });
}

/** Loads an archive that holds the image `of` names, and looks whether the cluster has it then. */
export function loadSteps(
  profile: Profile,
  title: string,
  of: (context: Context) => { reference: string; archive: string },
): SingleStep[] {
  return [
    {
      title,
      skip: async (context) => {
        const { reference } = of(context);
        return (await hasImage(profile, reference, context.read)) && `${reference} is in the cluster`;
      },
      run: (context, out) => load(profile, of(context).archive, context, out),
    },
    {
      title: 'Check the image in the cluster',
      observes: true,
      run: async (context) => {
        const { reference, archive } = of(context);
        if (await hasImage(profile, reference, context.read)) return;
        const { detail } = await lookAtCluster(profile, context.read);
        throw new Failure(`minikube reported success, but did not load ${reference} from ${archive} (${detail})`, {
          hint: `check the cluster with firesteel status, then load the image: minikube image load ${archive} -p ${profile.clusterName} --alsologtostderr`,
        });
      },
    },
  ];
}

/** Loads the archive of `state.image` that the build left in the cache. */
export const publishSteps = (profile: Profile): Step[] =>
  loadSteps(profile, 'Load the image into the cluster', ({ state }) => {
    if (!state.image) throw new Failure('there is no image to load');
    return { reference: state.image, archive: imageArchive(state.image) };
  });
