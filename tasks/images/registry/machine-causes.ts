// The table of what keeps skopeo from working on this machine, before or beside the registry.
import type { Cause } from './cause.ts';

const otherLogin = (registry: string): string =>
  `remove credsStore and credHelpers from ~/.docker/config.json, then skopeo login ${registry}`;

/** A place where only registries keep images. */
const ofRegistry = '/var/lib/(?:registry|docker-registry|harbor|nexus)';

/** The first row that matches counts. */
export const machineCauses: Cause[] = [
  {
    match: new RegExp(
      `^(?![\\s\\S]*${ofRegistry})[\\s\\S]*(?:no space left on device|/\\S*: disk quota exceeded)`,
      'i',
    ),
    why: () => 'this machine has no space left for the image',
    hint: () => 'free disk space in /var/tmp, or set TMPDIR to a folder with free space',
  },
  {
    // An archive that is missing may have been there, too.
    match: /creating temporary|^(?![\s\S]*initializing source)[\s\S]*\/tmp\/\S+: no such file/i,
    why: () => 'the folder for temporary files does not exist',
    hint: () => 'create it: mkdir -m 1777 /var/tmp; or set TMPDIR to a writable folder',
  },
  {
    match: /too many open files/i,
    why: () => 'this shell allows too few open files',
    hint: () => 'raise the limit: ulimit -n 4096, or nofile in /etc/security/limits.conf',
  },
  {
    match: /cannot allocate memory/i,
    why: () => 'this machine has no memory left for skopeo',
    hint: () => 'end other programs, or add memory or swap',
  },
  {
    match: /(docker-credential-[\w-]+)[^\n]*executable file not found/i,
    why: ({ registry }, [, helper]) => `${helper}, which stores the login of ${registry}, is not on PATH`,
    hint: ({ registry }) => `put that helper on PATH, or ${otherLogin(registry)}`,
  },
  {
    match: /(?:error )?getting credentials[\s\S]*?out: `(?:(docker-credential-[\w-]+): )?([^`]*)`/,
    why: ({ registry }, [, helper = 'the credential helper', said]) =>
      `${helper}, which stores the login of ${registry}, fails${said?.trim() ? `: ${said.trim()}` : ''}`,
    hint: ({ registry }) => `repair that helper, or ${otherLogin(registry)}`,
  },
  {
    match: /reading JSON file \\?"([^"\\]+)\\?": unmarshal/,
    why: (_, [, path]) => `${path}, which stores logins, is not valid JSON`,
    hint: ({ registry }, [, path]) => `correct ${path}, or remove that file and run skopeo login ${registry}`,
  },
  {
    match: /\bmkdir (\/\S+): permission denied/,
    why: (_, [, path]) => `this user may not create ${path}`,
    hint: () => 'set XDG_RUNTIME_DIR and TMPDIR to folders of this user',
  },
  {
    match: /\b(?:open|stat|lstat|read) (\/\S+): permission denied/,
    why: (_, [, path]) => `this user may not read ${path}`,
    hint: (_, [, path]) => `let this user read ${path}, or remove that file`,
  },
  {
    // Go repeats the words of a proxy that refuses to connect, and nothing else.
    match:
      /proxy authentication required|proxyconnect\b|\bGet \S+: (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Time-?out|Method Not Allowed|Bad Request)\W*$/im,
    why: ({ registry }) => `the proxy of this machine does not lead to ${registry}`,
    hint: ({ registry }) =>
      `correct HTTPS_PROXY, or reach the registry without a proxy: add ${bare(registry)} to NO_PROXY`,
  },
  {
    match: /read-only file system/i,
    why: () => 'skopeo works in a read-only folder',
    hint: () => 'set TMPDIR to a writable folder',
  },
  {
    match: /rejected by policy|source image rejected/i,
    why: () => "this machine's policy for signatures rejects the image",
    hint: () => 'accept docker-archive in /etc/containers/policy.json, or in ~/.config/containers/policy.json',
  },
  {
    match: /policy\.json/,
    why: () => 'skopeo has no policy for signatures',
    hint: () =>
      `create a policy that accepts every image: mkdir -p ~/.config/containers && echo '{"default": [{"type": "insecureAcceptAnything"}]}' > ~/.config/containers/policy.json`,
  },
  {
    match: /loading registries configuration|(?:sys)?registries\.conf[^\n]*toml:/i,
    why: () => 'skopeo cannot read the settings of registries',
    hint: () =>
      'correct /etc/containers/registries.conf and registries.conf.d, or ~/.config/containers/registries.conf',
  },
  {
    match:
      /docker-archive:[^\n]*(?:no such file|EOF)|\/spark-\S*\.tar: no such file|invalid tar header|not a valid tar/i,
    why: () => 'the archive of the image is missing or damaged',
    hint: () => 'remove the archive from the cache, then build the image again: firesteel build',
  },
];

/** Its name without a port, as exceptions of a proxy have it. */
const bare = (registry: string): string => registry.replace(/:\d+$/, '');
