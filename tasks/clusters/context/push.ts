// Pushing the image to its registry, with skopeo: no Docker engine, and credentials from the user's own files.
import { createHash } from 'node:crypto';
import { Failure } from '../../lib/failure.ts';
import { registryOf } from '../../lib/image-name.ts';
import { imageArchive } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Command, Context, Exec, Step } from '../../lib/types.ts';

/** Only on this very machine may a registry speak plain HTTP, or show a certificate of its own. */
const isLoopback = (registry: string): boolean => /^(localhost|127(\.\d+){3})(:\d+)?$/.test(registry);

/** Credentials are in auth.json or ~/.docker/config.json, where skopeo looks by itself: never among these words. */
export const pushCommand = (archive: string, reference: string): Command => [
  'skopeo',
  'copy',
  ...(isLoopback(registryOf(reference)) ? ['--dest-tls-verify=false'] : []),
  `docker-archive:${archive}`,
  `docker://${reference}`,
];

/** Prints the manifest as it is stored. */
export const manifestCommand = (source: string): Command => {
  const reference = source.startsWith('docker://') ? source.slice('docker://'.length) : '';
  return [
    'skopeo',
    'inspect',
    ...(reference && isLoopback(registryOf(reference)) ? ['--tls-verify=false'] : []),
    '--raw',
    source,
  ];
};

/** https://distribution.github.io/distribution/spec/manifest-v2-2/: the image's own digest; undefined for a list of images. */
export const configDigest = (manifest: string): string | undefined =>
  (JSON.parse(manifest) as { config?: { digest?: string } }).config?.digest;

const causes: { match: RegExp; why: (registry: string) => string; hint: (registry: string) => string }[] = [
  {
    match: /unauthorized|authentication required|denied|\b40[13]\b|no basic auth/i,
    why: (registry) => `${registry} refuses`,
    hint: (registry) => `log in with an account that may push: skopeo login ${registry}, or docker login ${registry}`,
  },
  {
    match: /no such host|connection refused|i\/o timeout|network is unreachable|no route to host|context deadline/i,
    why: (registry) => `${registry} cannot be reached`,
    hint: () => 'correct image.repository, or the way to the registry',
  },
  {
    match: /x509|certificate|server gave HTTP response to HTTPS client/i,
    why: (registry) => `${registry} has no certificate that this machine trusts`,
    hint: (registry) => `put its authority's certificate into /etc/containers/certs.d/${registry}/ca.crt`,
  },
];

/** The Failure of a push that skopeo gave up; as it came, if its reason is not known. */
export function pushFailure(error: unknown, reference: string): unknown {
  if (!(error instanceof Failure)) return error;
  const registry = registryOf(reference);
  const known = causes.find(({ match }) => match.test(error.output ?? ''));
  if (!known) return error;
  const detail = error.output ? { output: error.output } : {};
  return new Failure(`cannot push ${reference}: ${known.why(registry)}`, { ...detail, hint: known.hint(registry) });
}

/** The manifest the registry has under a reference; undefined if it has none or does not answer. */
const pushedManifest = (reference: string, read: Exec): Promise<string | undefined> =>
  read(manifestCommand(`docker://${reference}`)).then(
    (text) => text || undefined,
    () => undefined,
  );

function imageOf({ state }: Context): string {
  if (!state.image) throw new Failure('no image was built before pushing it');
  return state.image;
}

const noRepository = ({ image }: Profile) =>
  !image.repository && 'image.repository is not set, so its nodes must have the image already';

/** Pushes the archive of `state.image` that the build left in the cache, and makes sure of what arrived. */
export const pushImage = (profile: Profile): Step[] => [
  {
    title: 'Push the image',
    skip: async (context) =>
      noRepository(profile) ||
      ((await pushedManifest(imageOf(context), context.read)) !== undefined &&
        `${imageOf(context)} is in the registry`),
    run: async (context, out) => {
      const image = imageOf(context);
      try {
        await context.run(pushCommand(imageArchive(image), image), { onLine: out.line });
      } catch (error) {
        throw pushFailure(error, image);
      }
      const stored = await pushedManifest(image, context.read);
      // Nothing to be read means that nothing was pushed, only shown.
      if (stored === undefined) return;
      await verifyPushed(context, stored);
      out.line(`${image}@sha256:${createHash('sha256').update(stored).digest('hex')}`);
    },
  },
];

async function verifyPushed(context: Context, stored: string): Promise<void> {
  const image = imageOf(context);
  const built = configDigest(await context.read(manifestCommand(`docker-archive:${imageArchive(image)}`)));
  const arrived = configDigest(stored);
  if (built !== arrived)
    throw new Failure(`${image} in the registry is ${arrived}, the image built here is ${built}`, {
      hint: 'find out who else pushes there, and push again',
    });
}
