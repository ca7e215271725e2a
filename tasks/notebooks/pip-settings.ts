// The settings of this machine's pip that a notebook gets: index, proxy and authorities, without secrets.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { withoutPasswords } from '../core/network/passwords.ts';
import { isDirect, isLoopbackHost, proxiesOf } from '../core/network/proxy.ts';
import type { Exec } from '../core/types.ts';

/** What pip elsewhere gets of this machine's. */
export interface PipSettings {
  variables: Record<string, string>;
  /** Certificate authorities in PEM; none where pip's own do. */
  authorities?: string;
  /** What is not handed on, and why: a line each. */
  notes: string[];
}

/** What is read of this machine. */
interface Machine {
  /** The output of `pip config list`. */
  config: string;
  env: NodeJS.ProcessEnv;
  /** Where authorities that someone added to a Debian machine are, and the bundle they go to. */
  added: string;
  bundle: string;
}

/** Settings that are addresses of an index, as pip's variables have them. */
const addressKeys = ['index-url', 'extra-index-url', 'trusted-host', 'find-links'];

/** A ConfigMap holds 1 MiB in all. */
const largestBytes = 600_000;

/** The settings of this machine's pip; nothing where it has none. */
export async function pipSettings(read: Exec): Promise<PipSettings> {
  return settingsIn({
    config: await read(['python3', '-m', 'pip', 'config', 'list']).catch(() => ''),
    env: process.env,
    added: '/usr/local/share/ca-certificates',
    bundle: '/etc/ssl/certs/ca-certificates.crt',
  });
}

/** `global.index-url='https://…'`, `:env:.cert='…'`: later lines hold. */
function configOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/^(?:global|install|:env:)\.([\w-]+)=(['"])(.*)\2$/gm)];
  return Object.fromEntries(pairs.map(([, key = '', , value = '']) => [key, value.replaceAll('\\n', ' ').trim()]));
}

export function settingsIn({ config, env, added, bundle }: Machine): PipSettings {
  const own = configOf(config);
  const notes: string[] = [];
  const variables: Record<string, string> = {};
  const hand = (key: string, value: string) => {
    const why = whyNot(value);
    if (why) notes.push(`pip's ${key} ${withoutPasswords(value)} is not passed on: ${why}`);
    else variables[`PIP_${key.toUpperCase().replaceAll('-', '_')}`] = value;
  };
  for (const key of addressKeys) {
    const value = own[key];
    if (value !== undefined && !isPath(value)) hand(key, value);
  }
  const proxy = proxyFor(own, env);
  if (proxy) hand('proxy', proxy);
  const path = own['cert'] ?? env['REQUESTS_CA_BUNDLE'] ?? env['CURL_CA_BUNDLE'] ?? env['SSL_CERT_FILE'];
  const authorities = authoritiesIn(path || (hasFiles(added) ? bundle : undefined));
  if (authorities && authorities.length > largestBytes)
    notes.push(`the certificate authorities in ${path} are not passed on: more than ${largestBytes / 1000} kB`);
  return { variables, notes, ...(authorities && authorities.length <= largestBytes ? { authorities } : {}) };
}

/** The address of the proxy by which pip asks its index; pip's own setting holds whatever the exceptions say. */
function proxyFor(
  { proxy, 'index-url': index = '' }: Record<string, string>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const asked = new URL(URL.canParse(index) ? index : 'https://pypi.org/simple');
  const all = proxiesOf(proxy ? { ALL_PROXY: proxy } : env);
  const found = asked.protocol === 'http:' ? all.http : all.https;
  if (!found || (!proxy && isDirect(asked.hostname, all))) return undefined;
  return found.href.replace(/\/$/, '');
}

const isPath = (value: string): boolean => /^(file:|[/.~])/.test(value);

/** Why a value, addresses with blanks between, stays on this machine. */
function whyNot(value: string): string | undefined {
  const addresses = value.split(/\s+/).flatMap((text) => (URL.canParse(text) ? [new URL(text)] : []));
  if (withoutPasswords(value) !== value || addresses.some(({ username, password }) => username || password))
    return 'the address has a user or password';
  if (addresses.some(({ hostname }) => isLoopbackHost(hostname))) return 'containers cannot reach a loopback address';
  return undefined;
}

const hasFiles = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.crt'));

/** The certificates of a file alone: a key beside them stays here. */
function authoritiesIn(path: string | undefined): string | undefined {
  if (!path || !existsSync(path)) return undefined;
  try {
    const found = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
    return found ? `${found.join('\n')}\n` : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Variables by which pip in a notebook installs into a folder of the user's, with an image's Python that Debian manages. A
 * user other than root has that folder by default; said to root, it takes `--target` and virtual environments away.
 */
export const notebookPip = (
  userBase: string,
  { variables, authorities }: PipSettings,
  authoritiesFile: string,
  { isRoot = false } = {},
) => ({
  ...variables,
  ...(isRoot ? { PIP_USER: '1' } : {}),
  // https://peps.python.org/pep-0668/: nothing is put into the system's own folders.
  PIP_BREAK_SYSTEM_PACKAGES: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PYTHONUSERBASE: userBase,
  ...(authorities
    ? { PIP_CERT: authoritiesFile, REQUESTS_CA_BUNDLE: authoritiesFile, SSL_CERT_FILE: authoritiesFile }
    : {}),
});

/** `pip` for lines such as `!pip install`, and for terminals. */
export const pipProgram = '#!/bin/sh\nexec python3 -m pip "$@"\n';

/**
 * Starts JupyterLab with these folders first on PATH. The folder of packages has to be there: a kernel that begins without
 * it does not look into it later.
 */
export const labCommand = (...folders: string[]): string[] => [
  'sh',
  '-c',
  `export PATH="${folders.join(':')}:$PATH"; mkdir -p "$(python3 -m site --user-site)"; exec python3 -m jupyterlab`,
];
