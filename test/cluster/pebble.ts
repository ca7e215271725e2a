// Pebble, the test server of Let's Encrypt, with a DNS server whose records tests set: built from the Go module proxy.
import { type ChildProcess, spawn } from 'node:child_process';
import { promises as dns } from 'node:dns';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { createAuthority, issue } from '../../tasks/core/certificates.ts';
import { shortHashOfFiles } from '../../tasks/core/files/hash.ts';
import { replaceFolder } from '../../tasks/core/files/work-folder.ts';
import { cachePath, projectPath } from '../../tasks/core/paths.ts';
import { until } from '../../tasks/core/wait.ts';
import { buildModule, buildTools } from '../../tasks/toolbox/go.ts';
import { plainContext } from '../plain-context.ts';

const module = { folder: projectPath('test', 'pebble'), packages: ['tool'] };

/** The folder with its programs, built if need be; or why they cannot be. */
export async function pebblePrograms(signal: AbortSignal): Promise<{ folder: string } | { missing: string }> {
  const folder = cachePath('pebble', shortHashOfFiles(join(module.folder, 'go.sum')));
  if (existsSync(folder)) return { folder };
  const context = plainContext({ signal });
  if ((await buildTools(module, context.read)).length > 0) return { missing: 'there is no Go to build pebble with' };
  await replaceFolder(folder, context, (work) =>
    buildModule(module, { into: work, cache: cachePath('pebble-build') }, context, { line: () => {} }),
  );
  return { folder };
}

/** A port at which nothing listens. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export interface Pebble {
  /** Address of its directory. */
  directory: string;
  /** What it says of itself, line by line. */
  log(): string;
  /** Sets the one TXT record of a name. */
  setText(name: string, text: string): Promise<void>;
  removeText(name: string): Promise<void>;
  stop(): void;
}

/** Starts both; until `stop`, this process trusts its authority and asks its DNS server. */
export async function startPebble(programs: string, signal: AbortSignal): Promise<Pebble> {
  const folder = mkdtempSync(join(tmpdir(), 'pebble-'));
  const [api, management, http, tls, names, records] = await Promise.all(Array.from({ length: 6 }, freePort));
  const authority = await createAuthority('authority of pebble');
  const own = await issue(authority, { commonName: 'pebble', ipAddresses: ['127.0.0.1'], usage: 'server' });
  writeFileSync(join(folder, 'tls.crt'), own.certificatePem);
  writeFileSync(join(folder, 'tls.key'), own.keyPem);
  const pebble = {
    listenAddress: `127.0.0.1:${api}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: join(folder, 'tls.crt'),
    privateKey: join(folder, 'tls.key'),
    httpPort: http,
    tlsPort: tls,
    retryAfter: { authz: 1, order: 1 },
    keyAlgorithm: 'ecdsa',
    profiles: { default: { description: 'ninety days', validityPeriod: 7_776_000 } },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ pebble }));

  let said = '';
  const start = (program: string, args: string[]): ChildProcess => {
    const child = spawn(join(programs, program), args, {
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0' },
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    return child;
  };
  const children = [
    start('pebble-challtestsrv', [
      ...['-dnsserver', `127.0.0.1:${names}`, '-management', `127.0.0.1:${records}`],
      ...['-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', ''],
    ]),
    start('pebble', ['-config', join(folder, 'config.json'), '-dnsserver', `127.0.0.1:${names}`, '-strict']),
  ];
  const before = { ca: globalAgent.options.ca, servers: dns.getServers(), dispatcher: getGlobalDispatcher() };
  const ca = authority.certificatePem;
  globalAgent.options.ca = ca;
  setGlobalDispatcher(new Agent({ connect: { ca } }));
  dns.setServers([`127.0.0.1:${names}`]);
  const stop = () => {
    for (const child of children) child.kill();
    // Options of an agent win over those of a request, also one that is undefined.
    if (before.ca) globalAgent.options.ca = before.ca;
    else delete globalAgent.options.ca;
    setGlobalDispatcher(before.dispatcher);
    dns.setServers(before.servers);
    rmSync(folder, { recursive: true });
  };
  const change = async (what: string, body: object): Promise<void> => {
    const { ok } = await fetch(`http://127.0.0.1:${records}/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!ok) throw new Error(`${what} was refused`);
  };
  await until({
    for: 'answer of pebble',
    seconds: 60,
    signal,
    probe: async () => {
      const answers = await change('clear-txt', { host: 'nobody.' }).then(
        () => said.includes('ACME directory available'),
        () => false,
      );
      return answers ? { done: true } : { seen: said };
    },
  }).catch((error: unknown) => {
    stop();
    throw error;
  });
  return {
    directory: `https://127.0.0.1:${api}/dir`,
    log: () => said,
    setText: (name, text) => change('set-txt', { host: `${name}.`, value: text }),
    removeText: (name) => change('clear-txt', { host: `${name}.` }),
    stop,
  };
}
