// A machine to run minikube's driver none on: this host's files and programs, but namespaces and its own cgroups.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cachePath, projectPath } from '../../../tasks/core/paths.ts';

const scripts = projectPath('test', 'e2e', 'machine');
/** Milliseconds. */
const startPatience = 60_000;

export interface Machine {
  /** Folder on the host that holds all that the machine writes; inside it is /run/machine. */
  folder: string;
  /** The words before a command that make it run inside. */
  inside: readonly [string, ...string[]];
  /** Runs a command inside to its end; returns its stdout, throws with its stderr if it fails. */
  exec(...command: [string, ...string[]]): string;
  /** Puts a file into place inside. */
  write(path: string, content: string): void;
  /** Ends everything that runs inside and removes what it wrote. */
  end(): Promise<void>;
}

/** What a command inside knows of the outside: nothing but where programs and caches are. */
const environment = (): string[] => [
  `PATH=${[cachePath('tools', 'bin'), process.env['PATH'], '/usr/local/sbin', '/usr/sbin', '/sbin'].join(':')}`,
  `XDG_CACHE_HOME=${dirname(cachePath())}`,
  'HOME=/run/machine/home',
  'LANG=C.UTF-8',
];

/** Starts one; `binaries` is the folder of containerd and CoreDNS. It ends with this process, if not before. */
export async function startMachine(binaries: string): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-machine-'));
  const cgroup = `firesteel-machines/${basename(folder)}`;
  const log = join(folder, 'log');
  const kept = [projectPath(), cachePath()];
  const host = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'sh', join(scripts, 'start.sh'), folder, cgroup, binaries, ...kept],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  for (const stream of [host.stdout, host.stderr]) stream.on('data', (chunk) => appendFileSync(log, chunk));
  const ended = new Promise<void>((resolve) => host.on('exit', () => resolve()));

  /** The machine's first process, as the host numbers it. */
  const init = (): number =>
    Number(readFileSync(`/proc/${host.pid}/task/${host.pid}/children`, 'utf8').trim().split(' ')[0]);

  const end = async (): Promise<void> => {
    if (host.exitCode === null && host.signalCode === null) {
      // The host's side ends when the first process has, and that one when all others have.
      process.kill(init() || (host.pid ?? 0), 'SIGKILL');
      await ended;
    }
    execFileSync('sh', [projectPath('docker', 'node', 'remove-cgroups.sh'), cgroup]);
    rmSync(folder, { recursive: true, force: true });
  };

  for (let waited = 0; !existsSync(join(folder, 'ready')); waited += 50) {
    if (host.exitCode === null && waited < startPatience) {
      await pause(50);
      continue;
    }
    const said = existsSync(log) ? readFileSync(log, 'utf8') : '';
    await end();
    throw new Error(`the machine did not start:\n${said}`);
  }

  const inside = [
    ...(['sh', join(scripts, 'enter.sh'), String(init()), cgroup] as const),
    ...['env', '--ignore-environment', `--chdir=${projectPath()}`, ...environment()],
  ] as const;
  const words = (command: readonly string[]) => [...inside.slice(1), ...command];
  return {
    folder,
    inside,
    exec: (...command) => execFileSync(inside[0], words(command), { encoding: 'utf8', maxBuffer: 2 ** 27 }),
    write: (path, content) =>
      void execFileSync(inside[0], words(['sh', '-c', 'mkdir -p "$(dirname "$0")" && cat > "$0"', path]), {
        input: content,
      }),
    end,
  };
}
