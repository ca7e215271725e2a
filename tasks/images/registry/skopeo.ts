// The commands of skopeo, which pushes without a Docker engine: https://github.com/containers/skopeo/tree/main/docs
import type { Command } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Tool } from '../../steps/types.ts';
import { registryOf } from '../name.ts';

/** What pushing takes of this machine. */
export const pushTools = ({ image }: Profile): Tool[] =>
  image.repository ? [{ name: 'skopeo', package: 'skopeo', purpose: 'pushes the Spark image' }] : [];

/** Only on this very machine may a registry speak plain HTTP, or show its own certificate. */
const isLoopback = (registry: string): boolean => /^(localhost|127(\.\d+){3})(:\d+)?$/.test(registry);

/** Without a file credentials are in auth.json or ~/.docker/config.json, where skopeo looks by itself: never among these words. */
const authWords = (authFile: string | undefined): string[] => (authFile ? ['--authfile', authFile] : []);

/** Takes the password from standard input and keeps it in `authFile` alone. */
export const loginCommand = (registry: string, user: string, authFile: string): Command => [
  'skopeo',
  'login',
  ...(isLoopback(registry) ? ['--tls-verify=false'] : []),
  ...authWords(authFile),
  '--username',
  user,
  '--password-stdin',
  registry,
];

/** Copies a docker-archive to the registry of `reference`. */
export const pushCommand = (archive: string, reference: string, authFile?: string): Command => [
  'skopeo',
  'copy',
  ...(isLoopback(registryOf(reference)) ? ['--dest-tls-verify=false'] : []),
  ...authWords(authFile),
  `docker-archive:${archive}`,
  `docker://${reference}`,
];

/** Prints the manifest of `docker://REFERENCE` or `docker-archive:FILE` as stored. */
export const manifestCommand = (source: string, authFile?: string): Command => {
  const reference = source.startsWith('docker://') ? source.slice('docker://'.length) : '';
  return [
    'skopeo',
    'inspect',
    ...(reference && isLoopback(registryOf(reference)) ? ['--tls-verify=false'] : []),
    ...authWords(authFile),
    '--raw',
    source,
  ];
};

/** https://distribution.github.io/distribution/spec/manifest-v2-2/: the image's own digest; undefined for a list of images. */
export const configDigest = (manifest: string): string | undefined =>
  (JSON.parse(manifest) as { config?: { digest?: string } }).config?.digest;
