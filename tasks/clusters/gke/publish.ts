// Pushes the image to Artifact Registry, where the account of nodes may pull.
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import type { RegistryLogin } from '../../images/registry/login.ts';
import { pushImage } from '../../images/registry/push.ts';
import type { Profile } from '../../profile/schema.ts';
import type { SingleStep, Step } from '../../steps/types.ts';
import { hasNoCredentials } from './api/credentials.ts';
import { laterFailure } from './api/failures.ts';
import { type Door, usualDoor } from './api/google.ts';
import { hasCode } from './api/google-error.ts';
import { endpointOf, type GoogleRest, type RestRequest } from './api/rest.ts';
import { ownLabel, projectOf, regionOf, registryOf } from './names.ts';

/** Pushes to Artifact Registry with a token of Google's, to a registry of the user's own with the user's own login. */
export function publishSteps(profile: Profile, door: Door = usualDoor): Step[] {
  const repository = registryOf(profile);
  const pushed = { ...profile, image: { ...profile.image, repository } };
  const login = isGoogles(repository) ? { login: loginOf(door) } : {};
  if (profile.image.repository) return pushImage(pushed, login);
  return [nameImage(repository), ensureRepository(profile, door), ...pushImage(pushed, login)];
}

const isGoogles = (repository: string): boolean => /^[a-z0-9-]+-docker\.pkg\.dev\//.test(repository);

/** https://cloud.google.com/artifact-registry/docs/docker/authentication#token */
const loginOf = (door: Door): RegistryLogin => ({
  user: 'oauth2accesstoken',
  password: async (context) => (await door.open(context).credentials.token()).token,
  role: 'roles/artifactregistry.writer',
  renew: 'run gcloud auth application-default login',
});

/** The image was built under a name without a registry. */
const nameImage = (repository: string): SingleStep => ({
  title: 'Choose the image name in Artifact Registry',
  run: async ({ state }, out) => {
    if (state.image) state.image = `${repository}/${state.image}`;
    out.line(state.image ?? repository);
  },
});

/** projects/P/locations/R: Artifact Registry knows regions only. */
const parentIn = (profile: Profile): string =>
  `projects/${projectOf(profile)}/locations/${regionOf(profile.gke.location)}`;

/** Full name of the repository. */
const repositoryPath = (profile: Profile): string => `${parentIn(profile)}/repositories/${profile.gke.repository}`;

const urlOf = (path: string): string => new URL(`v1/${path}`, endpointOf('artifactregistry')).href;

/** Asks for the repository; 404 if it is not there. */
const getRepositoryRequest = (profile: Profile): RestRequest => ({
  method: 'GET',
  url: urlOf(repositoryPath(profile)),
});

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories/create */
const createRepositoryRequest = (profile: Profile): RestRequest => ({
  method: 'POST',
  url: urlOf(`${parentIn(profile)}/repositories?repositoryId=${profile.gke.repository}`),
  body: { format: 'DOCKER', description: 'Images of Spark jobs', labels: { [ownLabel.key]: ownLabel.value } },
});

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories; what is read of it. */
interface Repository {
  format?: string;
}

/** https://cloud.google.com/artifact-registry/docs/reference/rest/Shared.Types/Operation */
interface Operation {
  name?: string;
  done?: boolean;
  error?: { code?: number; message?: string };
}

/** How long Google may take to make it, in seconds; it takes some five. */
const creationSeconds = 600;

const find = async (profile: Profile, rest: GoogleRest): Promise<Repository | undefined> =>
  (await rest(getRepositoryRequest(profile))) as Repository | undefined;

/** The step that makes it, unless it is there. */
export const ensureRepository = (profile: Profile, door: Door = usualDoor): SingleStep => ({
  title: 'Create the image repository',
  skip: async (context) => {
    const found = await find(profile, door.open(context).rest).catch((error: unknown) => {
      // A dry run continues without; in any other, making it fails of the same.
      if (hasNoCredentials(error)) return undefined;
      throw error;
    });
    if (!found) return false;
    const { repository, location } = profile.gke;
    if (found.format && found.format !== 'DOCKER')
      throw new Failure(`repository ${repository} in ${regionOf(location)} has format ${found.format}, not DOCKER`, {
        hint: 'set gke.repository to another name',
      });
    return `${repository} is in ${regionOf(location)}`;
  },
  run: async (context, out) => {
    const { rest } = door.open(context);
    await context.change({ action: 'create', name: `create repository ${repositoryPath(profile)}` }, async () => {
      const begun = await create(profile, rest);
      await until<true>({
        for: `repository ${profile.gke.repository}`,
        seconds: creationSeconds,
        everyMs: Math.min(door.pollMs, 1000),
        signal: context.signal,
        onSeen: out.line,
        probe: async () =>
          (await isMade(profile, rest, begun)) ? { done: true } : { seen: 'Google is creating the repository' },
        hint: 'run the same command again',
      });
    });
  },
});

/** Asks Google to make it; undefined if someone else was faster. */
async function create(profile: Profile, rest: GoogleRest): Promise<Operation | undefined> {
  try {
    return (await rest(createRepositoryRequest(profile))) as Operation | undefined;
  } catch (error) {
    if (hasCode((error as Error).cause, 'ALREADY_EXISTS')) return undefined;
    // An answer may be lost after Google has taken the request.
    if (await find(profile, rest).catch(() => undefined)) return undefined;
    throw error;
  }
}

async function isMade(profile: Profile, rest: GoogleRest, begun: Operation | undefined): Promise<boolean> {
  const operation = begun?.name ? ((await rest({ method: 'GET', url: urlOf(begun.name) })) as Operation) : undefined;
  if (operation?.error)
    throw laterFailure(
      { status: operation.error, conditions: [], words: undefined },
      { doing: `create repository ${profile.gke.repository}`, project: projectOf(profile) },
    );
  // Operations are forgotten, and what they made is there.
  return operation?.done === true || (await find(profile, rest)) !== undefined;
}
