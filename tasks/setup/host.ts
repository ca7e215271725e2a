// Looks at what matters on this machine for the choice of a cluster, each look with a deadline.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { machineAddresses } from '../classroom/door/addresses.ts';
import { createExec } from '../core/exec.ts';
import { proxiesOf } from '../core/network/proxy.ts';
import { webFetch } from '../core/network/web.ts';
import { dataPath, toolsFolder } from '../core/paths.ts';
import type { Exec } from '../core/types.ts';
import { engineSize, engineSizeCommand, engineVersionCommand } from '../images/docker-engine.ts';
import type { Host } from '../steps/setup.ts';
import { findProgram } from '../toolbox/installed.ts';
import { toolbox } from '../toolbox/table.ts';

/** Milliseconds that Docker may take to answer, and the package index. */
const dockerMs = 5_000;
const networkMs = 4_000;

/** Small, and there for as long as pip is. */
const index = 'https://pypi.org/simple/pip/';

/** Programs that decide what works here, beside those that firesteel can bring. */
const programNames = [
  ...['docker', 'gcloud', 'doctl', 'systemctl'],
  ...['virsh', 'qemu-system-x86_64', 'qemu-system-aarch64', 'VBoxManage', 'vfkit', 'krunkit'],
];

/** Links of clusters and containers, which nobody outside reaches. */
const ownLinks = /^(fs-|docker|br-|cni|veth|kind|virbr|minikube)/;

/** This machine, as seen now. */
export async function lookAtHost(read: Exec): Promise<Host> {
  const [programs, rights, docker, dockerSize, freeGigabytes, addresses, network] = await Promise.all([
    findPrograms(),
    rightsOf(read),
    dockerState(),
    dockerSizeNow(),
    freeSpace(),
    machineAddresses(),
    networkState(),
  ]);
  return {
    system: process.platform,
    architecture: process.arch,
    cores: availableParallelism(),
    mebibytes: Math.floor(memory() / 2 ** 20),
    freeGigabytes,
    rights,
    hasSystemd: existsSync('/run/systemd/system'),
    docker: 'docker' in programs ? docker : 'not installed',
    ...(dockerSize ? { dockerSize } : {}),
    programs,
    proxies: proxies(),
    addresses: addresses.filter((one) => !ownLinks.test(one.interface)).map(({ address }) => address),
    network,
  };
}

/** Of a container with a limit, the limit. */
function memory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(totalmem(), limit) : totalmem();
}

async function findPrograms(): Promise<Record<string, string>> {
  const names = [...programNames, ...toolbox().map(({ name }) => name)];
  const folders = [toolsFolder(), ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = await Promise.all(names.map(async (name) => [name, await findProgram(name, folders)] as const));
  return Object.fromEntries(found.flatMap(([name, path]) => (path ? [[name, path]] : [])));
}

async function rightsOf(read: Exec): Promise<Host['rights']> {
  if (process.getuid?.() === 0) return 'root';
  return read(['sudo', '-n', 'true']).then(
    () => 'sudo',
    () => 'none',
  );
}

const dockerState = (): Promise<Host['docker']> =>
  createExec(AbortSignal.timeout(dockerMs))(engineVersionCommand).then(
    () => 'running',
    () => 'not running',
  );

async function dockerSizeNow(): Promise<Host['dockerSize']> {
  const printed = await createExec(AbortSignal.timeout(dockerMs))(engineSizeCommand).catch(() => '');
  return engineSize(printed);
}

async function freeSpace(): Promise<number> {
  let folder = dataPath();
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / 1e9);
}

/** User and password of a proxy stay where they are. */
function proxies(): Record<string, string> {
  const { http, https } = proxiesOf();
  return { ...(http ? { HTTP_PROXY: http.host } : {}), ...(https ? { HTTPS_PROXY: https.host } : {}) };
}

const networkState = (): Promise<Host['network']> =>
  webFetch(index, { method: 'HEAD', signal: AbortSignal.timeout(networkMs) }).then(
    () => 'answers',
    () => 'does not answer',
  );
