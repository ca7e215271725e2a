// The door as a process of this machine: the nginx of its image, with the configuration that a class gets.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DoorSettings, doorConfiguration } from '../../../tasks/classroom/door/configuration.ts';
import { doorFiles, doorTools, doorUser, fetchNginx, nginxCommand } from '../../../tasks/classroom/door/image.ts';
import { seatTables } from '../../../tasks/classroom/door/seat-tables.ts';
import type { Seat } from '../../../tasks/classroom/types.ts';
import type { KeyPair } from '../../../tasks/core/certificates.ts';
import { installTools, perform } from '../firesteel.ts';

export interface Door {
  pid: number;
  port: number;
  /** The teacher's word that the class is paused, or continues. */
  setPaused(isPaused: boolean): void;
  /** Everything it has logged. */
  log(): string;
  /** Ends it in good order, as a node ends a pod that is replaced. Settled once it is gone. */
  end(): Promise<void>;
}

/** Fetches nginx, unless it is in the cache. */
export async function ensureNginx(): Promise<void> {
  await installTools(doorTools);
  await perform([fetchNginx()]);
}

const asRoot = process.getuid?.() === 0;

/** Rules of the configuration, and what stands in their place. */
export type Changes = Readonly<Record<string, string>>;

function changed(files: Record<string, string>, changes: Changes): Record<string, string> {
  const all = Object.values(files).join('\n');
  for (const rule of Object.keys(changes)) if (!all.includes(rule)) throw new Error(`the door has no rule ${rule}`);
  const change = (text: string) =>
    Object.entries(changes).reduce((now, [rule, instead]) => now.replaceAll(rule, () => instead), text);
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, change(text)]));
}

/** Starts it as the user of its image, if this is root, at a port of 127.0.0.1. */
export async function startDoor(
  settings: Omit<DoorSettings, 'seats' | 'listen'>,
  seats: readonly Seat[],
  certificate: KeyPair,
  port: number,
  changes: Changes = {},
): Promise<Door> {
  const folder = mkdtempSync(join(tmpdir(), 'door-'));
  // The cache is closed to other users.
  const program = join(folder, 'program');
  cpSync(doorFiles(), program, { recursive: true, dereference: true });
  const [loader, ...words] = nginxCommand(program);
  const save = (path: string, content: string, mode: number) => {
    writeFileSync(join(folder, path), content, { mode });
    if (asRoot) chownSync(join(folder, path), 0, doorUser);
  };
  for (const name of ['config', 'seats', 'tls', 'tmp', 'state']) mkdirSync(join(folder, name), { mode: 0o755 });
  const whole = doorConfiguration({ ...settings, seats: seats.length, listen: `127.0.0.1:${port}` });
  const files = changed(whole, changes);
  for (const [name, content] of Object.entries(files)) save(join('config', name), content, 0o644);
  save('seats/seats.conf', seatTables(seats), 0o440);
  save('tls/tls.crt', certificate.certificatePem, 0o440);
  save('tls/tls.key', certificate.keyPem, 0o440);
  save('log', '', 0o660);
  chmodSync(folder, 0o755);
  const own = asRoot ? { uid: doorUser, gid: doorUser } : {};
  if (asRoot) for (const path of ['tmp', 'log']) chownSync(join(folder, path), doorUser, doorUser);

  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(loader, [...words, '-p', `${folder}/`, '-c', 'config/nginx.conf'], {
    ...own,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const gone = once(child, 'exit');
  const read = () => readFileSync(join(folder, 'log'), 'utf8');
  const failed = gone.then(() => {
    throw new Error(`nginx ended: ${read()}`);
  });
  failed.catch(() => {});
  await Promise.race([listens(port), failed]);
  let all = '';
  return {
    pid: child.pid ?? 0,
    port,
    setPaused: (isPaused) => {
      if (isPaused) save('state/paused', '', 0o644);
      else rmSync(join(folder, 'state', 'paused'));
    },
    log: () => all || read(),
    end: async () => {
      child.kill('SIGQUIT');
      await gone;
      all = read();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listens(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(20);
  }
}
