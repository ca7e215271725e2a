// A real image registry (Debian's docker-registry) that plays a cloud's: token authentication, TLS, the cloud's own host names.
//
//   const registry = await startRegistry({
//     hosts: ['europe-west1-docker.pkg.dev'],
//     accounts: (user, password) => (user === 'oauth2accesstoken' && tokens.has(password) ? 'push' : undefined),
//   });
//
// - `env` is for the program that pushes (firesteel with profile gke, so skopeo): the hosts lead here and their certificate is trusted.
//   Not for the start of a local cluster: its nodes would inherit the proxy.
// - `nodes` is the block local.registries of the local cluster's profile: write it into that profile's file, and its nodes
//   pull images named after the hosts from here, as their own account that may only pull. That holds for every
//   cluster, before and after it is started: the address is this machine's own, which nodes reach by their way out.
// - `refuse` answers instead of the registry, as a cloud does: {status: 404, code: 'NAME_UNKNOWN', message: '…'}.
// - `address` is for tests that name the registry by its address, with no proxy; the certificate has that name too.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, issue } from '../../tasks/core/certificates.ts';
import { type Accounts, basicCredentials, tokenAnswer } from '../fakes/registry-tokens.ts';

/** What a cloud says instead of taking a request: https://distribution.github.io/distribution/spec/api/#errors */
export interface Refusal {
  status: number;
  code: string;
  message: string;
}

export interface RegistryOptions {
  /** Host names of a cloud that lead here, by `env` and `nodes`. */
  hosts?: string[];
  accounts: Accounts;
  /** Asked before each request for something of a repository such as `project/spark/spark`. */
  refuse?: (request: { method: string; repository: string }) => Refusal | undefined;
}

export interface TestRegistry {
  address: string;
  /** File of the authority of its certificate. */
  ca: string;
  env: Record<string, string>;
  nodes: Record<string, { endpoint: string; ca: string; credentials: { username: string; passwordFile: string } }>;
  /** Every request that changed something, such as `PUT /v2/project/spark/spark/manifests/1`. */
  changes: string[];
  /** Every user that requested a token, and whether there was one. */
  logins: { user: string; isKnown: boolean }[];
  /** The digest of an image such as `project/spark/spark:1`; undefined if it is not there. */
  digest(image: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Who pulls as a node. */
const node = { username: 'node', password: 'of-the-cluster' };

/** Debian's registry, unpacked into a folder if it is not installed: a package would start a service. Undefined where there is none. */
export function fetchRegistry(folder: string): string | undefined {
  if (existsSync('/usr/bin/docker-registry')) return '/usr/bin/docker-registry';
  const options = { cwd: folder, stdio: 'ignore' } as const;
  try {
    execFileSync('apt-get', ['download', 'docker-registry'], options);
    const file = readdirSync(folder).find((name) => name.endsWith('.deb')) ?? '';
    execFileSync('dpkg', ['--extract', file, 'registry'], options);
  } catch {
    return undefined;
  }
  const program = join(folder, 'registry', 'usr', 'bin', 'docker-registry');
  return existsSync(program) ? program : undefined;
}

/** Starts a registry with this configuration on a free port of the loopback and waits until it answers. */
export async function startProgram(
  program: string,
  folder: string,
  auth: object,
): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort();
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${port}`, relativeurls: true, secret: 'one-registry-alone' },
    auth,
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined)) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  return { port, child };
}

const listening = (server: Server, host: string): Promise<number> =>
  new Promise((done) => server.listen(0, host, () => done((server.address() as AddressInfo).port)));

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server, '127.0.0.1');
  await new Promise((done) => server.close(done));
  return port;
}

/** An address of this machine that nodes reach: no loopback, which their way out leaves out, and no link of a cluster. */
function ownAddress(): string {
  const found = Object.entries(networkInterfaces())
    .filter(([link]) => !link.startsWith('fs-'))
    .flatMap(([, addresses]) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('this machine has no address but its loopback');
  return found.address;
}

/** `project/spark/spark` of `/v2/project/spark/spark/manifests/1`. */
const repositoryOf = (path: string): string | undefined => /^\/v2\/(.+)\/(?:blobs|manifests|tags)\//.exec(path)?.[1];

export async function startRegistry(options: RegistryOptions): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'fs-registry-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const hosts = options.hosts ?? [];
  const host = ownAddress();
  const authority = await createAuthority('registry of a test');
  const names = { dnsNames: [...hosts, 'localhost'], ipAddresses: [host, '127.0.0.1'] };
  const server = await issue(authority, { commonName: 'registry', usage: 'server', ...names });
  const signer = await issue(authority, { commonName: 'tokens', usage: 'both' });
  const ca = file('ca.pem', authority.certificatePem);
  const program = fetchRegistry(folder);
  if (!program) throw new Error('apt-get brings no docker-registry');
  const realm = 'https://realm/v2/token';
  const token = { realm, service: 'registry', issuer: 'firesteel-test', rootcertbundle: ca };
  const { port: behind, child } = await startProgram(program, folder, { token });
  const changes: string[] = [];
  const logins: TestRegistry['logins'] = [];

  function giveToken(asked: IncomingMessage, answer: ServerResponse, url: URL): void {
    const [user, password] = basicCredentials(asked.headers.authorization);
    const isNode = user === node.username && password === node.password;
    const right = isNode ? 'pull' : options.accounts(user, password);
    logins.push({ user, isKnown: right !== undefined });
    if (right) answer.writeHead(200, { 'content-type': 'application/json' });
    else answer.writeHead(401, { 'content-type': 'application/json' });
    answer.end(
      JSON.stringify(
        right
          ? tokenAnswer(url, user, right, signer)
          : { errors: [{ code: 'UNAUTHORIZED', message: 'failed authentication' }] },
      ),
    );
  }

  function passOn(asked: IncomingMessage, answer: ServerResponse): void {
    const headers = { ...asked.headers, 'x-forwarded-proto': 'https' };
    const options = { host: '127.0.0.1', port: behind, method: asked.method, path: asked.url, headers };
    const onward = request(options, (response) => {
      const given = { ...response.headers };
      // A client must find the token server under the name that led here.
      if (given['www-authenticate'])
        given['www-authenticate'] = given['www-authenticate'].replace('//realm/', `//${asked.headers.host}/`);
      answer.writeHead(response.statusCode ?? 502, given);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  }

  const front = createHttpsServer({ cert: server.certificatePem, key: server.keyPem }, (asked, answer) => {
    const url = new URL(asked.url ?? '/', `https://${asked.headers.host}`);
    const { method = 'GET' } = asked;
    if (url.pathname === '/v2/token') return giveToken(asked, answer, url);
    const repository = repositoryOf(url.pathname);
    const refusal = repository === undefined ? undefined : options.refuse?.({ method, repository });
    if (!refusal && !['GET', 'HEAD'].includes(method)) changes.push(`${method} ${url.pathname}`);
    if (!refusal) return passOn(asked, answer);
    answer.writeHead(refusal.status, { 'content-type': 'application/json', connection: 'close' });
    answer.end(JSON.stringify({ errors: [{ code: refusal.code, message: refusal.message }] }));
  });
  const port = await listening(front, host);
  const address = `${host}:${port}`;

  // Leads the cloud's names here, and others where they go.
  const proxy = createHttpServer((_, answer) => answer.writeHead(405).end());
  proxy.on('connect', ({ url = '' }, near, head) => {
    const [name = '', number] = url.split(':');
    const far = hosts.includes(name) ? connect(port, host) : connect(Number(number), name);
    far.on('connect', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      far.write(head);
      far.pipe(near);
      near.pipe(far);
    });
    far.on('error', () => near.destroy());
    near.on('error', () => far.destroy());
  });
  const proxyPort = await listening(proxy, '127.0.0.1');

  const passwordFile = file('node-password', node.password);
  const credentials = { username: node.username, passwordFile };
  return {
    address,
    ca,
    env: {
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      NO_PROXY: `127.0.0.1,localhost,${host}`,
      // Beside the authorities of this machine.
      SSL_CERT_DIR: [folder, process.env['SSL_CERT_DIR'] ?? '/etc/ssl/certs'].join(':'),
    },
    nodes: Object.fromEntries(
      [...hosts, address].map((name) => [name, { endpoint: `https://${address}`, ca, credentials }]),
    ),
    changes,
    logins,
    async digest(image) {
      const [repository = '', tag = ''] = image.split(':');
      const { token } = tokenAnswer(
        new URL(`http://x/?service=registry&scope=repository:${repository}:pull`),
        'test',
        'pull',
        signer,
      ) as { token: string };
      const answer = await fetch(`http://127.0.0.1:${behind}/v2/${repository}/manifests/${tag}`, {
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
        },
      });
      return answer.headers.get('docker-content-digest') ?? undefined;
    },
    async stop() {
      for (const one of [front, proxy]) {
        one.closeAllConnections();
        one.close();
      }
      const ended = new Promise((done) => child.on('exit', done));
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
