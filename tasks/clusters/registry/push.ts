// Pushing the image to its registry, once, and making sure of what arrived there.
import { createHash } from 'node:crypto';
import { Failure } from '../../lib/failure.ts';
import { registryOf } from '../../lib/image-name.ts';
import { imageArchive } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Context, Exec, SingleStep } from '../../lib/types.ts';
import { pushFailure } from './failures.ts';
import { type RegistryLogin, withLogin } from './login.ts';
import { configDigest, manifestCommand, pushCommand } from './skopeo.ts';

/** A manifest; undefined if there is none, or nobody to tell. */
const manifestOf = (read: Exec, source: string, authFile?: string): Promise<string | undefined> =>
  read(manifestCommand(source, authFile)).then(
    (text) => text || undefined,
    () => undefined,
  );

function imageOf({ state }: Context): string {
  if (!state.image) throw new Failure('no image was built before pushing it');
  return state.image;
}

/** Why nothing is to be pushed, or false. */
async function whyNot(profile: Profile, context: Context, login: RegistryLogin | undefined): Promise<string | false> {
  const { read } = context;
  if (!profile.image.repository) return 'image.repository is not set, so its nodes must have the image already';
  const image = imageOf(context);
  // Who cannot log in is told so by the push itself.
  const stored = await withLogin(registryOf(image), login, context, read, (authFile) =>
    manifestOf(read, `docker://${image}`, authFile),
  ).catch(() => undefined);
  if (stored === undefined) return false;
  const built = profile.image.platforms ? undefined : await manifestOf(read, `docker-archive:${imageArchive(image)}`);
  const isAnother = built !== undefined && configDigest(built) !== configDigest(stored);
  return !isAnother && `${image} is in the registry`;
}

/**
 * Pushes the archive of `state.image` that the build left in the cache, unless the registry has this very image. Without
 * a login it goes with the credentials of the user's own files.
 */
export const pushImage = (profile: Profile, { login }: { login?: RegistryLogin } = {}): SingleStep[] => [
  {
    title: 'Push the image',
    skip: (context) => whyNot(profile, context, login),
    run: async (context, out) => {
      const { run, read } = context;
      const image = imageOf(context);
      if (profile.image.platforms)
        throw new Failure(`${image} is not in its registry, though its build should have pushed it`, {
          hint: 'build it again: firesteel build',
        });
      const archive = imageArchive(image);
      const push = async (authFile?: string) => {
        await run(pushCommand(archive, image, authFile), { onLine: out.line });
        return read(manifestCommand(`docker://${image}`, authFile));
      };
      const stored = await withLogin(registryOf(image), login, context, run, push).catch((error: unknown) => {
        throw pushFailure(error, image, login);
      });
      // Nothing to be read means that nothing was pushed, only shown.
      if (!stored) return;
      verifyPushed(image, stored, await read(manifestCommand(`docker-archive:${archive}`)));
      out.line(`${image}@sha256:${createHash('sha256').update(stored).digest('hex')}`);
    },
  },
];

function verifyPushed(image: string, stored: string, archived: string): void {
  const built = configDigest(archived);
  const arrived = configDigest(stored);
  if (built !== arrived)
    throw new Failure(`${image} in the registry is ${arrived}, the image built here is ${built}`, {
      hint: 'find out who else pushes there, and push again',
    });
}
