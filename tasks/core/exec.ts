// Runs commands: quoted by zx, in their own process group, with their output as lines.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from './failure.ts';
import { rootFolders, toolsFolder } from './paths.ts';
import type { Command, Exec, ExecOptions } from './types.ts';

const outputLines = 20;
/** How long a command may take to end when asked to. */
const patienceMs = 5000;

/** One word for a POSIX shell, whatever it holds. zx's own quoting is for bash alone. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A command as a person would type it, and as a shell takes it. */
export const shown = (command: readonly string[]): string =>
  command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');

/** With root's rights: unchanged for root, through sudo (which must not ask) for others. */
export function asRoot([program, ...args]: Command): Command {
  if (process.getuid?.() === 0) return [program, ...args];
  // sudo looks for programs in its own folders.
  const brought = join(toolsFolder(), program);
  return ['sudo', '-n', existsSync(brought) ? brought : program, ...args];
}

/** The programs that firesteel brought first, those of root last: `su` without `-` leaves them out, and dpkg wants them. */
function searchPath(): string {
  const own = (process.env['PATH'] || '/usr/local/bin:/usr/bin:/bin').split(delimiter);
  return [toolsFolder(), ...own, ...rootFolders.filter((folder) => !own.includes(folder))].join(delimiter);
}

/** What commands see: this process's environment, with a PATH on which every program is found. */
const environment = (added: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: searchPath(),
  ...added,
});

/** An Exec whose children end when `signal` aborts. */
export function createExec(signal: AbortSignal): Exec {
  return async (command, options = {}) => {
    const words = options.asRoot ? asRoot(command) : command;
    if (options.detachedTo) return detach(words, options, options.detachedTo);
    if (signal.aborted) throw signal.reason;
    const env = environment(options.env);
    // A shell would say it among the program's lines, in the language of this machine.
    if (!isOnPath(words[0], env['PATH'])) throw notFound(words[0]);
    const { $ } = await import('zx/core');
    // The signal may have come since: nothing would end what begins now.
    if (signal.aborted) throw signal.reason;
    // An empty text is like none: zx would leave the pipe for it open.
    const input = options.input || undefined;
    const child = $({
      ...(options.cwd ? { cwd: options.cwd } : {}),
      ...(input ? { input } : {}),
      // Without SHLVL bash takes the socket on its stdin for a remote shell and reads ~/.bashrc.
      // What sudo says is read below, so it has to say it in English.
      env: { SHLVL: '1', ...env, ...(words[0] === 'sudo' ? { LC_ALL: 'C' } : {}) },
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      quiet: true,
      nothrow: true,
      // A separate group, so that Ctrl-C reaches what the command itself started; sudo needs the terminal it asked on.
      detached: words[0] !== 'sudo',
    })`${words}`;
    const release = endWith(child, signal);
    // A command that ends before it has read its input says by its exit code what it makes of that.
    if (input) child.stdin?.on('error', () => {});
    if (!child.stdout) throw new Failure('bash: not found', { hint: 'install bash' });
    const last: string[] = [];
    const onLine = (line: string) => {
      last.push(line);
      if (last.length > outputLines) last.shift();
      options.onLine?.(line);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    const result = await child;
    release();
    if (signal.aborted) throw signal.reason;
    if (result.exitCode === 0) return result.stdout;
    throw commandFailure(words, result.exitCode, result.signal, last);
  };
}

/** Ends the child and its group when the signal aborts; gently, then not. Returns how to stop listening. */
function endWith(child: { pid: number | undefined }, signal: AbortSignal): () => void {
  let killer: NodeJS.Timeout | undefined;
  const send = (name: NodeJS.Signals) => {
    for (const target of [-(child.pid ?? 0), child.pid ?? 0])
      try {
        if (target !== 0) process.kill(target, name);
      } catch {
        // It is not a group, or has ended.
      }
  };
  const end = () => {
    send('SIGTERM');
    killer = setTimeout(send, patienceMs, 'SIGKILL');
  };
  signal.addEventListener('abort', end, { once: true });
  return () => {
    signal.removeEventListener('abort', end);
    clearTimeout(killer);
  };
}

const notFound = (program: string): Failure =>
  new Failure(`${program}: not found`, { hint: `install ${program} or put it on PATH` });

/** Whether a program is where commands look for it. */
const isOnPath = (program: string, path = ''): boolean =>
  program.includes('/') || path.split(delimiter).some((folder) => existsSync(join(folder, program)));

function commandFailure(words: Command, code: number | null, signal: string | null, last: string[]): Failure {
  const output = last.join('\n');
  if (words[0] === 'sudo' && /password is required|terminal is required/.test(output))
    return new Failure('sudo asks for a password', { hint: 'run `sudo -v` first, or run firesteel as root' });
  return new Failure(`${shown(words)}: ${signal ? `ended by ${signal}` : `exit code ${code}`}`, {
    output,
    ...(code === null ? {} : { programExitCode: code }),
  });
}

function detach(words: Command, options: ExecOptions, log: string): string {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a', 0o600);
  const child = spawn(words[0], words.slice(1), {
    detached: true,
    stdio: ['ignore', file, file],
    env: environment(options.env),
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  closeSync(file);
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) throw notFound(words[0]);
  return `${child.pid}`;
}
