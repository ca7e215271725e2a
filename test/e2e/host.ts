// A look at the whole host, or at what one test file left on it: processes, mounts, links, rules.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The process of a node's program, by the node's cgroup and the program's name. */
export function pidOn(node: string, program: string): number {
  const found = processes().find((row) => {
    const [pid, name] = row.split(' ');
    if (name !== program.slice(0, 15)) return false;
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/firesteel/${node}/`);
  });
  if (!found) throw new Error(`no ${program} on ${node}`);
  return Number(found.split(' ')[0]);
}

const programs = /^(etcd|kube|containerd|coredns|s6-|slirp4netns|dockerd|tini|unshare|nsenter|runc|java|python)/;

function processes(): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
        return programs.test(name) && !hasEnded(pid) ? [`${pid} ${name}`] : [];
      } catch {
        return [];
      }
    });
}

/** One that only waits for its parent to take note of its end. */
const hasEnded = (pid: string): boolean => /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

const lines = (program: string, ...words: string[]): string[] =>
  execFileSync(program, words, { encoding: 'utf8' }).split('\n').filter(Boolean).sort();

/** Everything of the host that a cluster could leave something in. Counters and comments of rules are left out. */
export const hostState = (): Record<string, string[]> => ({
  processes: processes(),
  mounts: readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ').slice(3, 5).join(' '))
    .sort(),
  links: lines('ip', '-oneline', 'link').map((line) => line.split(':')[1]?.trim() ?? ''),
  routes: lines('ip', 'route'),
  networkNamespaces: lines('lsns', '--type', 'net', '--noheadings', '--output', 'NS'),
  rules: lines('iptables-save').filter((line) => !/^[#:]/.test(line)),
  cgroups: lines('find', '/sys/fs/cgroup', '-type', 'd').filter((path) => makers.test(path) && isEmptyCgroup(path)),
});

/** Names of those that make cgroups for clusters; a machine makes others for itself at any time. */
const makers = /firesteel|kube|docker|containerd|cri-|minikube|kind/;

/** One that holds processes is someone's; what is left behind by those that have ended is empty. */
function isEmptyCgroup(folder: string): boolean {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8') === '';
  } catch {
    return false;
  }
}

/** What others on the machine may end or take away during a test. */
const comesAndGoes = ['processes', 'networkNamespaces', 'cgroups'];

/** How the host differs from before, a line each. */
export function hostChanges(before: ReturnType<typeof hostState>): string[] {
  return Object.entries(hostState()).flatMap(([part, now]) => {
    const then = before[part] ?? [];
    const gone = comesAndGoes.includes(part) ? [] : then.filter((line) => !now.includes(line));
    return [
      ...now.filter((line) => !then.includes(line)).map((line) => `${part}: + ${line}`),
      ...gone.map((line) => `${part}: - ${line}`),
    ];
  });
}

/** Mounts and cgroups of a test file's folder, and processes that name it in their command or environment; others may run beside it. */
export function leftBehind(folder: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const own = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid);
  return [
    ...mounts.filter((line) => line.includes(folder)),
    ...lines('find', '/sys/fs/cgroup', '-type', 'd', '-name', basename(folder)),
    ...own.flatMap((pid) => {
      try {
        const [command = '', environment] = ['cmdline', 'environ'].map((part) =>
          readFileSync(`/proc/${pid}/${part}`, 'utf8'),
        );
        const isOfFolder = [command, environment].some((text) => text?.includes(folder));
        return isOfFolder && !hasEnded(pid) ? [`${pid} ${command.replaceAll('\0', ' ')}`] : [];
      } catch {
        return [];
      }
    }),
  ];
}
