// A folder, a home and a PATH for one run of setup, the same on every machine; secrets in every place that it reads.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectPath } from '../../../tasks/core/paths.ts';
import { firesteelCommand } from '../../built-command.ts';

/** What no output, file or argument may have. */
export const canary = 'CANARY-7f3a';

/** Programs of the machine that setup, or a deploy after it, starts. */
const ownPrograms = ['node', 'sh', 'bash', 'env', 'id', 'unshare', 'ip', 'true', 'sudo', 'ps', 'sleep'];

/** Programs that stand for those of another machine, and what they print. */
const stubs: Record<string, string> = {
  docker: 'echo 27.5.1',
  kind: 'exit 0',
  minikube: `echo '{"invalid":[],"valid":[]}'`,
};

const kubeconfig = (names: string[]) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user: { token: canary } }],
    contexts: names.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
    'current-context': names[0],
  });

export interface Place {
  folder: string;
  env: Record<string, string>;
  /** What a file of the folder has; undefined if there is none. */
  file(name: string): string | undefined;
  /** Files of the folder. */
  files(): string[];
  write(name: string, text: string): void;
  /** Arguments of every stub that was started. */
  argv(): string;
  /** Runs setup without a terminal. */
  run(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  remove(): void;
}

/** `further` are variables, such as those of a fake cloud. */
export function makePlace(further: Record<string, string> = {}, contexts: string[] = []): Place {
  const root = mkdtempSync(join(tmpdir(), 'fs-setup-'));
  const [folder, home, bin] = ['work', 'home', 'bin'].map((name) => join(root, name)) as [string, string, string];
  for (const one of [folder, home, bin]) mkdirSync(one);
  const log = join(root, 'argv');
  for (const [name, does] of Object.entries(stubs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${log}'\n${does}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of ownPrograms) {
    const found = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((one) => join(one, name)).find(existsSync);
    const path = name === 'node' ? process.execPath : found;
    if (path) symlinkSync(path, join(bin, name));
  }
  if (contexts.length > 0) {
    mkdirSync(join(home, '.kube'));
    writeFileSync(join(home, '.kube', 'config'), kubeconfig(contexts));
  }
  cpSync(projectPath('test', 'e2e', 'setup', 'class.csv'), join(folder, 'class.csv'));
  const env: Record<string, string> = {
    HOME: home,
    PATH: bin,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    // Nobody listens there, so nothing is waited for; the fakes are reached without.
    HTTPS_PROXY: `http://ada:${canary}@127.0.0.1:1`,
    NO_PROXY: '127.0.0.1,localhost',
    XDG_CACHE_HOME: join(root, 'cache'),
    XDG_DATA_HOME: join(root, 'data'),
    ...further,
  };
  return {
    folder,
    env,
    file: (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined),
    files: () =>
      readdirSync(folder)
        .filter((name) => name !== 'class.csv')
        .sort(),
    write: (name, text) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    argv: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    run: (...words) =>
      new Promise((resolve) => {
        const child = spawn('node', [...firesteelCommand.slice(1), 'setup', ...words], {
          cwd: folder,
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const seen = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk) => (seen[name] += chunk));
        child.on('close', (code) => resolve({ code, ...seen }));
      }),
    // A command that a terminal's end has interrupted may still write.
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** A screen without what differs from machine to machine and from day to day. */
export const normalized = (screen: string): string =>
  screen
    .replaceAll(/\d+\.\d GB of(\s+)memory/g, 'M GB of$1memory')
    .replaceAll(/linux (x64|arm64), \d+ cores/g, 'linux ARCH, N cores')
    .replaceAll(/(free disk:? +)\d+ GB/g, '$1N GB')
    .replaceAll(/(rights:? +)(root|sudo without a password)/g, '$1root')
    .replaceAll(/; address [\d., \n]*\d/g, '; address A')
    // The place in a table stays the same.
    .replaceAll(/\b(?!127\.0\.0\.1|203\.0\.113)(?:\d{1,3}\.){3}\d{1,3}\b */g, (found) =>
      'A'.padEnd(/ $/.test(found) ? found.length : 1),
    )
    .replaceAll(/(CPUs of the node:? +)\d+/g, '$1N')
    .replaceAll(/(cpus:? )\d+/g, '$1N')
    .replaceAll(/of \d+(\.\d)? (GB|cores)/g, 'of N $2')
    .replaceAll(/--cpus \d+/g, '--cpus N')
    .replaceAll(/20(?!30)\d\d-\d\d-\d\dT18:00/g, 'DAY')
    .replaceAll(/(students: all can work, |students, room for )\d+/g, '$1N')
    .replaceAll(/(Before deploy:\n)((?:- | {2})[^\n]*\n)+/g, '$1- …\n')
    // Said once the table of prices is a year old.
    .replaceAll(/;\s+these\s+prices\s+are\s+more\s+than\s+a\s+year\s+old,\s+and\s+may\s+have\s+changed/g, '')
    .replaceAll(/\/tmp\/fs-setup-\w+/g, 'TMP');
