// Clusters behind a fake cloud that are real ones: each a local cluster of firesteel's own, with a front proxy before it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readYaml } from '../../tasks/core/yaml.ts';
import { changingRequests } from '../audit-log.ts';
import { launch } from '../e2e/firesteel.ts';
import { type FrontProxy, startFrontProxy, type Upstream } from './front-proxy.ts';

export interface LocalMachineOptions {
  /** A data folder for each cluster is made in it. */
  folder: string;
  /** Whether an Authorization comes in. */
  admits(authorization: string | undefined): boolean;
  /** Further keys of the local clusters' profile, in its block `local`. */
  local?: object;
}

/** A local cluster that plays one in a cloud. */
export interface LocalMachine {
  /** Address and port of its API, without `https://`. */
  endpoint: string;
  authorityPem: string;
  /** Its name here, which is not the one it has in the cloud. */
  name: string;
  proxy: FrontProxy;
  /** Changing requests to its API server through the proxy, by `verb uri`; questions to the authorizer change nothing. */
  changes(): string[];
  /** Its profile and environment, for what a test does behind the cloud's back. */
  profile: string;
  env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

function upstreamOf(kubeconfig: string): Upstream {
  const { clusters, users } = readYaml(readFileSync(kubeconfig, 'utf8')).value as Kubeconfig;
  const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString();
  const cluster = clusters[0]?.cluster;
  const user = users[0]?.user;
  return {
    server: cluster?.server ?? '',
    authorityPem: decoded(cluster?.['certificate-authority-data']),
    certificatePem: decoded(user?.['client-certificate-data']),
    keyPem: decoded(user?.['client-key-data']),
  };
}

/** Brings one up; `onStage` hears of each line the command prints. Throws with the command's output. */
export async function startLocalMachine(
  nodes: number,
  options: LocalMachineOptions,
  onStage: () => void,
): Promise<LocalMachine> {
  // Links and cgroups of local clusters are seen by the whole host: none may be called alike.
  const name = `cloud-${randomBytes(3).toString('hex')}`;
  const data = join(options.folder, name);
  mkdirSync(data, { recursive: true });
  const profile = join(data, `${name}.yaml`);
  // Where jobs run there is to be nothing yet, as in a new cluster.
  const text = { namespace: 'elsewhere', local: { nodes, ...options.local } };
  writeFileSync(profile, JSON.stringify(text));
  const env = { ...process.env, XDG_DATA_HOME: data };
  const run = async (...words: string[]) => {
    const running = launch([...words, '--profile', profile, '--yes'], { env, onOutput: onStage });
    const { code, output } = await running.ended;
    if (code !== 0) throw new Error(`${words.join(' ')} of ${name}: exit code ${code}\n${output}`);
  };
  const destroy = async () => {
    await run('destroy');
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await run('deploy');
  } catch (error) {
    await destroy().catch(() => {});
    throw error;
  }
  const folder = join(data, 'firesteel', 'clusters', name);
  const auditLog = join(folder, 'nodes', '1', 'logs', 'audit.log');
  const proxy = await startFrontProxy(upstreamOf(join(folder, 'kubeconfig')), options.admits);
  const changes = () => changingRequests(auditLog, ({ user }) => user.username === 'firesteel-admin');
  const own = changes().length;
  return {
    name,
    endpoint: proxy.endpoint,
    authorityPem: proxy.authorityPem,
    proxy,
    profile,
    env,
    changes: () => changes().slice(own),
    async remove() {
      await proxy.close();
      await destroy();
    },
  };
}
