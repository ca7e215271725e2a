// PySpark's thin client as a process of this machine, and a way to break what its connection goes through.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { shortHash } from '../../../tasks/core/files/hash.ts';
import { cachePath, projectPath } from '../../../tasks/core/paths.ts';

/** Python of a virtual environment with the client, made once for each set of exact versions. */
export function clientPython(): string {
  const requirements = projectPath('test', 'e2e', 'connect', 'requirements.txt');
  const folder = cachePath('connect-client', shortHash([readFileSync(requirements, 'utf8')]));
  const python = join(folder, 'bin', 'python');
  if (!existsSync(join(folder, 'complete'))) {
    rmSync(folder, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', folder]);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements]);
    writeFileSync(join(folder, 'complete'), '');
  }
  return python;
}

export interface Client {
  /** Runs Python; what it leaves in `answer`, or its error. */
  run(code: string): Promise<{ answer?: unknown; error?: string }>;
  end(): void;
}

/** Starts a client as a shell does that has sourced the file of `open`; `more` are variables set after it. */
export function startClient(python: string, file: string, more: Record<string, string> = {}): Client {
  const program = projectPath('test', 'e2e', 'connect', 'client.py');
  const further = Object.entries(more).map(([name, value]) => `${name}=${value}`);
  const script = 'set -a; . "$0"; set +a; exec env "$@"';
  const shell = ['-c', script, file, ...further, python, '-W', 'ignore', program];
  const child = spawn('sh', shell, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  child.on('close', (code) => {
    for (const answer of waiting.splice(0)) answer(JSON.stringify({ error: `the client ended with ${code}` }));
  });
  return {
    run: (code) =>
      new Promise((resolve) => {
        waiting.push((line) => resolve(JSON.parse(line)));
        child.stdin.write(`${JSON.stringify(code)}\n`);
      }),
    end: () => void child.kill('SIGKILL'),
  };
}

export interface Relay {
  port: number;
  /** Ends every connection that goes through now, in the middle of whatever it is. */
  breakAll(): number;
  close(): void;
}

/** Passes bytes on to an address, and breaks on demand. */
export async function startRelay(host: string, port: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const server = createServer((local) => {
    const remote = connect(port, host);
    for (const socket of [local, remote]) keep(socket);
    local.pipe(remote).pipe(local);
    local.on('close', () => remote.destroy());
    remote.on('close', () => local.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const breakAll = () => {
    const count = sockets.size;
    for (const socket of sockets) socket.resetAndDestroy();
    return count;
  };
  return {
    port: (server.address() as { port: number }).port,
    breakAll,
    close: () => {
      server.close();
      breakAll();
    },
  };
}
