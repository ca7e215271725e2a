// Records what the real minikube says to calls that fail, or that only look: run with tsx, minikube on PATH, as root.
// Each call has a home folder and its own PATH, of this machine's programs and of stubs, so it changes nothing else.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectPath } from '../../../tasks/core/paths.ts';
import { type Recording, type Stub, stub } from './stubs.ts';

/** What minikube itself needs to look around. */
const usual = ['sh', 'env', 'cat', 'grep', 'sed', 'uname', 'id', 'mount', 'df', 'ls', 'ps'];
/** What driver none asks for. */
const forNone = ['sudo', 'iptables', 'conntrack', 'crictl'];

interface Case {
  name: string;
  args: string[];
  programs?: string[];
  stubs?: Record<string, Stub>;
  /** Files of the minikube home. */
  home?: Record<string, string>;
}

const start = (driver: string, ...flags: string[]) => [
  ...['start', '--profile=minikube', `--driver=${driver}`, '--container-runtime=containerd', '--interactive=false'],
  ...['--output=json', '--dry-run', ...flags],
];

const without = (program: string) => forNone.filter((name) => name !== program);

/** A profile as `start` leaves it, of a machine that is gone. */
const config = JSON.stringify({
  Name: 'minikube',
  Driver: 'docker',
  Memory: 3072,
  CPUs: 2,
  KubernetesConfig: { KubernetesVersion: 'v1.35.1', ClusterName: 'minikube', ContainerRuntime: 'containerd' },
  Nodes: [{ Name: '', IP: '', Port: 8443, KubernetesVersion: 'v1.35.1', ControlPlane: true, Worker: true }],
});
const made = { 'profiles/minikube/config.json': config };
const halfMade = { 'profiles/minikube/events.json': '' };
const docker = { docker: stub.docker };

const cases: Case[] = [
  { name: 'none: accepted', args: start('none'), programs: forNone },
  { name: 'none: no crictl', args: start('none'), programs: without('crictl') },
  { name: 'none: no conntrack', args: start('none'), programs: without('conntrack') },
  { name: 'none: no iptables', args: start('none'), programs: without('iptables') },
  { name: 'none: no sudo', args: start('none'), programs: without('sudo') },
  { name: 'none: sudo asks', args: start('none'), programs: without('sudo'), stubs: { sudo: stub.askingSudo } },
  { name: 'none: another profile', args: [...start('none'), '--profile=other'], programs: forNone },
  { name: 'none: two nodes', args: start('none', '--nodes=2'), programs: forNone },
  { name: 'none: no Kubernetes', args: start('none', '--no-kubernetes'), programs: forNone },
  { name: 'none: more cores than there are', args: start('none', '--cpus=512'), programs: forNone },
  { name: 'none: an old Kubernetes', args: start('none', '--kubernetes-version=v1.20.0'), programs: forNone },
  { name: 'docker: as root', args: start('docker'), stubs: docker },
  { name: 'docker: accepted', args: start('docker', '--force'), stubs: docker },
  { name: 'docker: no client', args: start('docker') },
  { name: 'docker: daemon down', args: start('docker'), stubs: { docker: stub.dockerDown } },
  { name: 'docker: no permission', args: start('docker'), stubs: { docker: stub.dockerForbidden } },
  { name: 'docker: 1000 MB', args: start('docker', '--memory=1000mb'), stubs: { docker: stub.docker } },
  { name: 'docker: more memory than there is', args: start('docker', '--memory=99999999mb'), stubs: docker },
  { name: 'docker: more cores than there are', args: start('docker', '--cpus=512'), stubs: docker },
  { name: 'docker: one core', args: start('docker', '--cpus=1'), stubs: docker },
  { name: 'docker: a small disk', args: start('docker', '--disk-size=1000mb'), stubs: docker },
  { name: 'docker: a bad key', args: start('docker', '--force', '--extra-config=kubelte.max-pods=1'), stubs: docker },
  { name: 'kvm2: missing', args: start('kvm2') },
  { name: 'kvm2: as root', args: start('kvm2'), stubs: { virsh: stub.virsh } },
  { name: 'qemu2: missing', args: start('qemu2') },
  { name: 'qemu2: no firmware', args: start('qemu2'), stubs: { 'qemu-system-x86_64': stub.qemu } },
  { name: 'virtualbox: missing', args: start('virtualbox') },
  { name: 'virtualbox: as root', args: start('virtualbox'), stubs: { VBoxManage: stub.virtualbox } },
  { name: 'an unknown driver', args: start('bogus') },
  { name: 'an unknown flag', args: start('docker', '--no-such-flag') },
  { name: 'another driver than its own', args: start('kvm2'), stubs: { ...docker, virsh: stub.virsh }, home: made },
  { name: 'status: absent', args: ['status', '--profile=minikube', '--output=json'] },
  {
    name: 'status: without a machine',
    args: ['status', '--profile=minikube', '--output=json'],
    stubs: docker,
    home: made,
  },
  { name: 'status: half-made', args: ['status', '--profile=minikube', '--output=json'], home: halfMade },
  { name: 'profiles: none', args: ['profile', 'list', '--output=json'] },
  { name: 'profiles: half-made', args: ['profile', 'list', '--output=json'], home: halfMade },
  { name: 'profiles: one', args: ['profile', 'list', '--output=json'], stubs: docker, home: made },
  { name: 'image load: absent', args: ['image', 'load', '--profile=minikube', '/no/such.tar'] },
  {
    name: 'image load: without a machine',
    args: ['image', 'load', '--profile=minikube', '/no/such.tar'],
    stubs: docker,
    home: made,
  },
  { name: 'image ls: absent', args: ['image', 'ls', '--profile=minikube', '--format=json'] },
  {
    name: 'image ls: without a machine',
    args: ['image', 'ls', '--profile=minikube', '--format=json'],
    stubs: docker,
    home: made,
  },
  { name: 'docker-env: absent', args: ['docker-env', '--profile=minikube', '--shell=none', '--output=json'] },
  {
    name: 'docker-env: without a machine',
    args: ['docker-env', '--profile=minikube', '--shell=none', '--output=json'],
    stubs: docker,
    home: made,
  },
  { name: 'update-context: absent', args: ['update-context', '--profile=minikube'] },
  { name: 'delete: absent', args: ['delete', '--profile=minikube', '--output=json'] },
  { name: 'delete: half-made', args: ['delete', '--profile=minikube', '--output=json'], home: halfMade },
];

function record({ name, args, programs = [], stubs = {}, home = {} }: Case): Recording {
  const folder = mkdtempSync(join(tmpdir(), 'fs-record-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const program of [...usual, ...programs, 'minikube']) symlinkSync(locate(program), join(bin, program));
  for (const [program, text] of Object.entries(stubs)) {
    writeFileSync(join(bin, program), text);
    chmodSync(join(bin, program), 0o755);
  }
  for (const [path, content] of Object.entries(home)) {
    mkdirSync(join(folder, '.minikube', path, '..'), { recursive: true });
    writeFileSync(join(folder, '.minikube', path), content);
  }
  const env = {
    PATH: bin,
    HOME: folder,
    MINIKUBE_HOME: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
    MINIKUBE_IN_STYLE: 'false',
  };
  const result = spawnSync('minikube', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  rmSync(folder, { recursive: true });
  const lines = (text: string) => text.split('\n').flatMap((line) => neutral(line, folder));
  return { name, args, code: result.status ?? -1, stdout: lines(result.stdout), stderr: lines(result.stderr) };
}

function locate(program: string): string {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], {
    env: { PATH: [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter) },
    encoding: 'utf8',
  });
  if (!stdout.trim()) throw new Error(`${program} is not installed`);
  return stdout.trim();
}

/** The line without what differs from run to run and from machine to machine; none if that is all of it. */
function neutral(line: string, folder: string): string[] {
  if (line === '' || /MINIKUBE_|KUBECONFIG=/.test(line)) return [];
  return [
    line
      .replaceAll(folder, '/home/user')
      .replace(/"id":"[-0-9a-f]{36}"/, '"id":"00000000-0000-0000-0000-000000000000"')
      .replace(/minikube (v\S+) on [^"]+/, 'minikube $1 on Debian 12.11 (amd64)')
      .replace(/^([IWEF])\d{4} [\d:.]+ +\d+ /, '$10101 00:00:00.000000       1 '),
  ];
}

const recordings = cases.map(record);
writeFileSync(projectPath('test', 'fakes', 'minikube', 'recordings.json'), `${JSON.stringify(recordings, null, 2)}\n`);
for (const { name, code } of recordings) process.stdout.write(`${code}\t${name}\n`);
