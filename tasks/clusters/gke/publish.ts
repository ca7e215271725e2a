// Bringing the image to the nodes: into Artifact Registry, from where the account of nodes may pull.
import type { Profile } from '../../lib/schema.ts';
import type { SingleStep, Step } from '../../lib/types.ts';
import type { RegistryLogin } from '../registry/login.ts';
import { pushImage } from '../registry/push.ts';
import { type Door, usualDoor } from './google.ts';
import { registryOf } from './names.ts';
import { ensureRepository } from './repository.ts';

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
