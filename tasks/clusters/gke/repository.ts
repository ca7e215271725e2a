// The Artifact Registry repository that images are pushed to: in the cluster's region, made if it is missing.

import type { Profile } from '../../lib/schema.ts';
import type { SingleStep } from '../../lib/types.ts';
import { until } from '../../lib/wait.ts';
import { endpointOf } from './endpoints.ts';
import { type Door, usualDoor } from './google.ts';
import { hasCode } from './google-error.ts';
import { ownLabel, projectOf, regionOf } from './names.ts';
import type { GoogleRest, RestRequest } from './rest-types.ts';

/** projects/P/locations/R: Artifact Registry knows regions only. */
const parentIn = (profile: Profile): string =>
  `projects/${projectOf(profile)}/locations/${regionOf(profile.gke.location)}`;

/** Full name of the repository. */
const repositoryPath = (profile: Profile): string => `${parentIn(profile)}/repositories/${profile.gke.repository}`;

const urlOf = (path: string): string => new URL(`v1/${path}`, endpointOf('artifactregistry')).href;

/** Asks for the repository; 404 if it is not there. */
export const getRepositoryRequest = (profile: Profile): RestRequest => ({
  method: 'GET',
  url: urlOf(repositoryPath(profile)),
});

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories/create */
export const createRepositoryRequest = (profile: Profile): RestRequest => ({
  method: 'POST',
  url: urlOf(`${parentIn(profile)}/repositories?repositoryId=${profile.gke.repository}`),
  body: { format: 'DOCKER', description: 'Images of Spark jobs', labels: { [ownLabel.key]: ownLabel.value } },
});

/** The step that makes it, unless it is there. */
export const ensureRepository = (profile: Profile, door: Door = usualDoor): SingleStep => ({
  title: 'Make the repository of images',
  skip: async (context) =>
    (await door.open(context).rest(getRepositoryRequest(profile))) !== undefined &&
    `${profile.gke.repository} is in ${regionOf(profile.gke.location)}`,
  run: async (context) => {
    const { rest } = door.open(context);
    await context.change(`create repository ${repositoryPath(profile)}`, async () => {
      await create(profile, rest);
      await until({
        for: `repository ${profile.gke.repository}`,
        seconds: 120,
        everyMs: 1000,
        signal: context.signal,
        probe: async () =>
          (await rest(getRepositoryRequest(profile))) ? { done: true } : { seen: 'it is being made' },
        hint: 'run the same command again',
      });
    });
  },
});

/** Somebody else may have been faster. */
async function create(profile: Profile, rest: GoogleRest): Promise<void> {
  try {
    await rest(createRepositoryRequest(profile));
  } catch (error) {
    if (!hasCode((error as Error).cause, 'ALREADY_EXISTS')) throw error;
  }
}
