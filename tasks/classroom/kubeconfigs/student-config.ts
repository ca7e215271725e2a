// A student's kubeconfig: an account of the student's namespace, with a token that expires with the class.
import { existsSync, readFileSync } from 'node:fs';
import { isLoopbackHost } from '../../core/network/proxy.ts';
import type { FileContent } from '../../core/types.ts';
import { readYaml, toYaml } from '../../core/yaml.ts';
import { tokenClaims } from '../../kube/kubeconfig/account-token.ts';
import { openAccess } from '../../kube/kubeconfig/client-config.ts';
import type { KubeSource } from '../../kube/types.ts';
import type { Context } from '../../steps/types.ts';
import { classPath, privateMode } from '../folder.ts';
import { studentAccount } from '../seat/labels.ts';
import type { Seat } from '../types.ts';

/** Where a student's kubeconfig is kept. */
export const studentConfigPath = (className: string, student: string): string =>
  classPath(className, 'kubeconfigs', `${student}.yaml`);

/** Milliseconds that a token outlives the class, for those who finish a line. */
const overtimeMs = 3_600_000;
/** A server gives no token of less. */
const leastSeconds = 600;

/** Seconds from now until tokens of a class end that ends then. */
export const tokenSeconds = (end: Date, now = new Date()): number =>
  Math.max(leastSeconds, Math.round((end.getTime() + overtimeMs - now.getTime()) / 1000));

/** The API server of these kubeconfigs, as the teacher's own names it. */
export interface ApiServer {
  server: string;
  'certificate-authority-data'?: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: true;
  'proxy-url'?: string;
}

/** That of a context. */
export async function apiServerOf(source: KubeSource): Promise<ApiServer> {
  const { server, proxy, tls } = await (await openAccess(source))();
  const isUnverified = !tls.rejectUnauthorized && !server.startsWith('http:');
  return {
    server,
    // Clients refuse a file that has both.
    ...(tls.ca && !isUnverified ? { 'certificate-authority-data': Buffer.from(tls.ca).toString('base64') } : {}),
    ...(tls.servername ? { 'tls-server-name': tls.servername } : {}),
    ...(isUnverified ? { 'insecure-skip-tls-verify': true } : {}),
    ...(proxy ? { 'proxy-url': withoutPassword(proxy) } : {}),
  };
}

/** The teacher's own name and password at a proxy are not for students. */
function withoutPassword(proxy: string): string {
  if (!/^[^/]*\/\/[^/]*@/.test(proxy)) return proxy;
  const url = new URL(proxy);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}

/**
 * Whether only this machine reaches an API server: at a loopback address, or in a network that this machine has with nodes
 * on it. `usual` is the address that others reach this machine at.
 */
export function isOnlyHere({ server }: ApiServer, hasNodes: boolean, usual: string | undefined): boolean {
  const { hostname } = new URL(server);
  return isLoopbackHost(hostname) || (hasNodes && hostname !== usual);
}

const configText = (cluster: ApiServer, { student, namespace }: Seat, token: string): string =>
  toYaml({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': namespace,
    clusters: [{ name: namespace, cluster }],
    users: [{ name: student, user: { token } }],
    contexts: [{ name: namespace, context: { cluster: namespace, user: student, namespace } }],
  });

/** The kubeconfig of a seat with a new token. */
export async function studentConfig(
  { kube, profile }: Pick<Context, 'kube' | 'profile'>,
  server: ApiServer,
  seat: Seat,
  end: Date,
): Promise<FileContent> {
  const account = { namespace: seat.namespace, name: studentAccount };
  const token = await kube.issueToken(account, tokenSeconds(end));
  return {
    path: studentConfigPath(profile.classroom.name, seat.student),
    content: configText(server, seat, token),
    mode: privateMode,
  };
}

/** Whether a kubeconfig leads there as this account, and lasts: until the class ends, or for half of what a server gave. */
export function isLasting(text: string, server: ApiServer, account: string | undefined, end: Date): boolean {
  const { clusters, users } = (readYaml(text).value ?? {}) as ConfigFile;
  const claims = tokenClaims(users?.[0]?.user?.token ?? '');
  if (!claims || claims.account !== account) return false;
  if (JSON.stringify(clusters?.[0]?.cluster) !== JSON.stringify(server)) return false;
  const left = claims.expires - Date.now() / 1000;
  return claims.expires * 1000 >= end.getTime() || left > (claims.expires - claims.issued) / 2;
}

interface ConfigFile {
  clusters?: { cluster?: ApiServer }[];
  users?: { user?: { token?: string } }[];
}

/** The text that is kept for a student; empty if there is none. */
export function keptConfig(className: string, student: string): string {
  const path = studentConfigPath(className, student);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
