// Pushes the image to its registry once, and checks what the registry has.
import { createHash } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { imageArchive } from '../../core/paths.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { registryOf } from '../name.ts';
import { pushFailure } from './failures.ts';
import { type RegistryLogin, withLogin } from './login.ts';
import { configDigest, manifestCommand, pushCommand } from './skopeo.ts';

function imageOf({ state }: Context): string {
  if (!state.image) throw new Failure('there is no image to push');
  return state.image;
}

/** The manifest that the registry has under the image's name; empty in a dry run. */
async function storedManifest(image: string, context: Context, login: RegistryLogin | undefined): Promise<string> {
  const { read } = context;
  const user = login && { user: login.user, password: await login.password(context) };
  return withLogin(registryOf(image), user, read, (authFile) => read(manifestCommand(`docker://${image}`, authFile)));
}

/** Why nothing is to be pushed, or false. */
async function whyNot(profile: Profile, context: Context, login: RegistryLogin | undefined): Promise<string | false> {
  const { read } = context;
  if (!profile.image.repository) return 'image.repository is not set, so the nodes must already have the image';
  const image = imageOf(context);
  // The push itself reports a failed login.
  const stored = await storedManifest(image, context, login).catch(() => '');
  if (!stored) return false;
  const archived = manifestCommand(`docker-archive:${imageArchive(image)}`);
  const built = profile.image.platforms ? '' : await read(archived).catch(() => '');
  const isAnother = built !== '' && configDigest(built) !== configDigest(stored);
  return !isAnother && `${image} is in the registry`;
}

/**
 * Pushes the archive of `state.image` that the build left in the cache, unless the registry has this very image, and
 * compares what arrived. Without a login it goes with the credentials of the user's own files.
 */
export function pushImage(profile: Profile, { login }: { login?: RegistryLogin } = {}): SingleStep[] {
  let isPushed = false;
  const explained = async (image: string, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      throw pushFailure(error, image, login);
    }
  };
  return [
    {
      title: 'Push the image',
      skip: (context) => whyNot(profile, context, login),
      run: async (context, out) => {
        const image = imageOf(context);
        if (profile.image.platforms)
          throw new Failure(`${image} is not in its registry, although the build should have pushed it`, {
            hint: 'build it again: firesteel build',
          });
        await explained(image, async () => {
          const { run, change } = context;
          const what = login && `log in to ${registryOf(image)} as ${login.user}`;
          const password = what && (await change(what, () => login.password(context)));
          const user = login && password ? { user: login.user, password } : undefined;
          await withLogin(registryOf(image), user, run, (authFile) =>
            run(pushCommand(imageArchive(image), image, authFile), { onLine: out.line }),
          );
        });
        isPushed = true;
      },
    },
    {
      title: 'Check the pushed image',
      observes: true,
      skip: () => !isPushed && 'nothing was pushed',
      run: async (context, out) => {
        const image = imageOf(context);
        // A push takes minutes, and the login it began with may have ended: this one is new.
        await explained(image, async () => {
          const stored = await storedManifest(image, context, login);
          verifyPushed(image, stored, await context.read(manifestCommand(`docker-archive:${imageArchive(image)}`)));
          out.line(`${image}@sha256:${createHash('sha256').update(stored).digest('hex')}`);
        });
      },
    },
  ];
}

function verifyPushed(image: string, stored: string, archived: string): void {
  const built = configDigest(archived);
  const arrived = configDigest(stored);
  if (built !== arrived)
    throw new Failure(`${image} in the registry is ${arrived}, the image built here is ${built}`, {
      hint: 'find out which other program pushes this image, then push again: firesteel build',
    });
}
