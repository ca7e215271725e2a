// The only import of @kubernetes/client-node: reads a kubeconfig context and gets its credentials.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { Failure } from '../../core/failure.ts';
import { isPrivateHost } from '../../core/network/proxy.ts';
import { proxyFor } from '../../core/network/web.ts';
import { homeFolder } from '../../core/paths.ts';
import { unreachable } from '../failure.ts';
import type { KubeSource } from '../types.ts';
import { contextEntries, impersonation, readToken } from './entries.ts';
import { plugInStarter } from './plug-in.ts';
import { kubeconfigText } from './text.ts';

/** What it takes to talk to one API server. */
export interface ClusterAccess {
  /** Base address, without a slash at its end. */
  server: string;
  /** The context's `proxy-url`, else the proxy of this shell. */
  proxy: string | undefined;
  tls: {
    ca: string | undefined;
    cert: string | undefined;
    key: string | undefined;
    servername: string | undefined;
    rejectUnauthorized: boolean;
  };
  /** Authorization and impersonation; several values are several lines. */
  headers: Record<string, string | string[]>;
}

/** Reads the file, with the source's context in place of its current one. Failure if the file has no such context. */
async function openConfig(source: KubeSource) {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  let text: string;
  try {
    text = kubeconfigText(source.path);
    if (text.trim() === '') throw new Error('the file is empty');
    // An incomplete entry of another context is no fault of this one.
    config.loadFromString(text, { onInvalidEntry: 'filter' });
    config.makePathsAbsolute(dirname(source.path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw unreachable(`no kubeconfig at ${source.path}`, error);
    throw new Failure(`cannot read kubeconfig ${source.path}: ${(error as Error).message}`, { cause: error });
  }
  // Nothing but the context that was requested: never the file's current one.
  config.setCurrentContext(source.context);
  const { known, lack, user } = contextEntries(text, source);
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    const others =
      known.length > 0 ? `use one of its contexts: ${known.join(', ')}` : 'create the cluster: firesteel deploy';
    throw new Failure(lack ?? `kubeconfig ${source.path} has no context "${source.context}"`, {
      hint: known.includes(source.context) ? 'complete that entry, or use another context' : others,
    });
  }
  return { config, cluster: { ...cluster, server: addressOf(cluster.server, source) }, user };
}

/** With https:// where the kubeconfig has only a host and a port. */
function addressOf(server: string, { path, context }: KubeSource): string {
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(server) ? server : `https://${server}`;
  if (URL.canParse(address) && /^https?:/i.test(address)) return address;
  throw new Failure(`the server of context "${context}" is not an address: ${server}`, {
    hint: `write the server as https://HOST:PORT in ${path}`,
  });
}

/** Base address of the context's API server. */
export const serverOf = async (source: KubeSource): Promise<string> => (await openConfig(source)).cluster.server;

/** Reads the file; returns a function that gets credentials, which asks plug-ins and token files again once they expire. Plug-ins end with `signal`. */
export async function openAccess(source: KubeSource, signal?: AbortSignal): Promise<() => Promise<ClusterAccess>> {
  const opened = await openConfig(source);
  const { interactiveMode } = (opened.config.getCurrentUser()?.exec ?? {}) as { interactiveMode?: string };
  const execFn = plugInStarter(source, { interactiveMode, signal });
  // The library would leave its questions unseen.
  for (const one of opened.config['authenticators']) if ('execFn' in one) Object.assign(one, { execFn });
  return () => credentials(source, opened);
}

type Opened = Awaited<ReturnType<typeof openConfig>>;

async function credentials(source: KubeSource, { config, cluster, user }: Opened): Promise<ClusterAccess> {
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {};
  const isPlain = cluster.server.startsWith('http:');
  // The library refuses plain http unless an option says that there is no TLS to verify.
  if (isPlain) Object.assign(config.getCurrentCluster() ?? {}, { skipTLSVerify: true });
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new Failure(`cannot get credentials for ${cluster.server}: ${(error as Error).message.trim()}`, {
      hint: `check the user of context "${config.getCurrentContext()}" in your kubeconfig`,
      cause: error,
    });
  }
  const headers: ClusterAccess['headers'] = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name, `${value}`]),
  );
  Object.assign(headers, impersonation(user));
  const basic = 'auth' in options && options.auth;
  if (basic) headers['Authorization'] = `Basic ${Buffer.from(basic).toString('base64')}`;
  const token = await readToken(user, source);
  if (token) headers['Authorization'] = `Bearer ${token}`;
  return {
    server: cluster.server,
    proxy: cluster.proxyUrl ?? usualProxy(cluster.server),
    tls: {
      ca: pem(options.ca),
      cert: pem(options.cert),
      key: pem(options.key),
      servername: cluster.tlsServerName,
      rejectUnauthorized: !(cluster.skipTLSVerify || isPlain),
    },
    headers,
  };
}

/** Clusters of this machine and its networks are reached directly, whatever NO_PROXY says. */
const usualProxy = (server: string): string | undefined =>
  isPrivateHost(new URL(server).hostname) ? undefined : proxyFor(server);

const pem = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('utf8') : undefined;

/** The kubeconfig files of this user, as kubectl finds them: those of $KUBECONFIG, else ~/.kube/config. */
export function usualKubeconfigs(): [string, ...string[]] {
  const [first, ...others] = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  return first === undefined ? [join(homeFolder(), '.kube', 'config')] : [first, ...others];
}

/** The one that kubectl writes new entries to: the first that exists, else the last. */
export function usualKubeconfig(): string {
  const files = usualKubeconfigs();
  return files.find((file) => existsSync(file)) ?? files.at(-1) ?? files[0];
}
