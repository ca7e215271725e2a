// A real etcd and a real API server on free ports of the loopback, in their own folder; needs no root.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from '../../tasks/core/certificates.ts';
import { createAuthority, issue, serviceAccountKeys } from '../../tasks/core/certificates.ts';
import { until } from '../../tasks/core/wait.ts';
import { connectKube } from '../../tasks/kube/client.ts';

/** Where a running control plane is, as plain data: tests run in other processes. */
export interface ControlPlane {
  folder: string;
  /** Address of the API server. */
  server: string;
  /** Context `admin`, a cluster administrator. */
  kubeconfig: string;
  /** JSON lines of https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/, one for each request that is done. */
  auditLog: string;
  /** Holds the API server's process id. It is started again when it ends. */
  pidFile: string;
  authority: KeyPair;
  admin: KeyPair;
}

/** etcd's module names its program `server`. */
const etcdIn = (folder: string): string | undefined =>
  ['etcd', 'server'].map((name) => join(folder, name)).find((path) => existsSync(path));

/** Why these binaries cannot serve, if they cannot. */
export function whyNot(folder: string): string | undefined {
  if (etcdIn(folder) && existsSync(join(folder, 'kube-apiserver'))) return undefined;
  return `no etcd and kube-apiserver in ${folder}`;
}

/** Ports that nobody listens on, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((done) => server.on('listening', () => done((server.address() as AddressInfo).port))),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** A kubeconfig of one context; JSON is YAML. */
export const kubeconfigText = (server: string, authorityPem: string, context: string, user: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(authorityPem).toString('base64') } },
    ],
    users: [{ name: context, user }],
    contexts: [{ name: context, context: { cluster: 'test', user: context } }],
  });

export const certificateUser = ({ certificatePem, keyPem }: KeyPair): object => ({
  'client-certificate-data': Buffer.from(certificatePem).toString('base64'),
  'client-key-data': Buffer.from(keyPem).toString('base64'),
});

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [{ level: 'Metadata' }],
};

/** Starts it and waits until it is ready; `stop` ends it and removes its folder. */
export async function startControlPlane(binaries: string): Promise<{ info: ControlPlane; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
  const at = (name: string) => join(folder, name);
  const [etcdPort, peerPort, apiPort] = (await freePorts(3)) as [number, number, number];
  const authority = await createAuthority('test-ca');
  const [serving, admin, accounts] = await Promise.all([
    issue(authority, {
      commonName: 'kube-apiserver',
      usage: 'both',
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    }),
    issue(authority, { commonName: 'admin', organizations: ['system:masters'], usage: 'client' }),
    serviceAccountKeys(),
  ]);
  const server = `https://127.0.0.1:${apiPort}`;
  const files: Record<string, string> = {
    'ca.crt': authority.certificatePem,
    'serving.crt': serving.certificatePem,
    'serving.key': serving.keyPem,
    'accounts.key': accounts.privatePem,
    'accounts.pub': accounts.publicPem,
    'audit-policy.json': JSON.stringify(auditPolicy),
    kubeconfig: kubeconfigText(server, authority.certificatePem, 'admin', certificateUser(admin)),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content, { mode: 0o600 });

  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const etcd = [
    `--data-dir=${at('etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
  ];
  const apiServer = [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${apiPort}`,
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=198.19.128.0/20',
    '--authorization-mode=Node,RBAC',
    // As on a local cluster: what keeps privileged pods away is to be the policy of a namespace.
    '--allow-privileged=true',
    '--anonymous-auth=false',
    `--client-ca-file=${at('ca.crt')}`,
    `--tls-cert-file=${at('serving.crt')}`,
    `--tls-private-key-file=${at('serving.key')}`,
    `--kubelet-client-certificate=${at('serving.crt')}`,
    `--kubelet-client-key=${at('serving.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${at('accounts.pub')}`,
    `--service-account-signing-key-file=${at('accounts.key')}`,
    `--audit-policy-file=${at('audit-policy.json')}`,
    `--audit-log-path=${at('audit.log')}`,
    '--shutdown-delay-duration=0s',
  ];
  const running = new Map<string, ChildProcess>();
  let stopping = false;
  const start = (name: string, program: string, args: string[]) => {
    const log = openSync(at(`${name}.log`), 'a');
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', log, log] });
    closeSync(log);
    running.set(name, child);
    writeFileSync(at(`${name}.pid`), `${child.pid}`);
    child.on('exit', () => {
      if (!stopping) setTimeout(() => !stopping && start(name, program, args), 200);
    });
  };
  const killAll = () => {
    stopping = true;
    for (const child of running.values()) child.kill('SIGKILL');
  };
  process.on('exit', killAll);
  const stop = async () => {
    process.off('exit', killAll);
    const ended = [...running.values()].map((child) => new Promise((done) => child.on('exit', done)));
    killAll();
    await Promise.all(ended);
    await rm(folder, { recursive: true, force: true });
  };

  start('etcd', etcdIn(binaries) ?? 'etcd', etcd);
  start('kube-apiserver', join(binaries, 'kube-apiserver'), apiServer);
  const waiting = new AbortController();
  const kube = connectKube(() => ({ path: at('kubeconfig'), context: 'admin' }), waiting.signal);
  try {
    await until({
      for: 'API server ready',
      seconds: 60,
      signal: waiting.signal,
      probe: () =>
        kube.raw('/readyz').then(
          () => ({ done: true }),
          (error: Error) => ({ seen: error.message }),
        ),
    });
  } catch (error) {
    console.error(readFileSync(at('kube-apiserver.log'), 'utf8').split('\n').slice(-20).join('\n'));
    await stop();
    throw error;
  } finally {
    waiting.abort();
  }
  return {
    info: {
      folder,
      server,
      kubeconfig: at('kubeconfig'),
      auditLog: at('audit.log'),
      pidFile: at('kube-apiserver.pid'),
      authority,
      admin,
    },
    stop,
  };
}
