// The resolver of a local cluster, with real name servers: whatever becomes of the host's resolver file, names are answered.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binariesFolder, missingPrograms } from '../../tasks/clusters/local/programs/binaries.ts';
import { createExec } from '../../tasks/core/exec.ts';
import { projectPath } from '../../tasks/core/paths.ts';
import type { Command } from '../../tasks/core/types.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };
const binaries = process.env['FIRESTEEL_BINARIES'] ?? binariesFolder(profile);
const coredns = join(binaries, 'coredns');
const reason =
  process.getuid?.() !== 0
    ? 'it needs root'
    : missingPrograms(binaries).includes('coredns') && `no coredns in ${binaries}`;

const address = '127.88.0.1';
const port = '5318';

describe.skipIf(reason)(`the resolver${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const exec = createExec(new AbortController().signal);
  const children: ChildProcess[] = [];
  let inside: (...command: Command) => string[];

  /** Starts a program with a network and an /etc of the test's own; it ends with the test. */
  const start = (command: readonly string[], input = '') => {
    const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin?.end(input);
    children.push(child);
    return child;
  };

  /** A name server that knows one name. */
  const serve = (at: string, name: string, is: string) =>
    start(inside(coredns, '-conf', 'stdin'), `.:53 {\n  bind ${at}\n  hosts {\n    ${is} ${name}\n  }\n}\n`);

  const sh = (script: string) => exec(inside('sh', '-euc', script) as [string, ...string[]]);

  beforeAll(async () => {
    const made = 'ip link set lo up && mount -t tmpfs tmpfs /etc && echo made && exec sleep infinity';
    const own = spawn('unshare', ['--mount', '--net', 'sh', '-c', made], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(own);
    await new Promise((resolve) => own.stdout.once('data', resolve));
    inside = (...command) => ['nsenter', `--target=${own.pid}`, '--mount', '--net', '--', ...command];
    serve('127.0.0.2', 'intranet.test', '10.9.9.2');
    serve('127.0.0.3', 'intranet.test', '10.9.9.3');
    serve('::1', 'intranet.test', '10.9.9.6');
    await sh('echo nameserver 127.0.0.2 > /etc/resolv.conf');
    start(inside('sh', projectPath('docker', 'node', 'resolver.sh'), coredns, address, port));
  });

  afterAll(() => {
    for (const child of children.reverse()) child.kill();
  });

  test.each([
    ['is as it was at the start', 'true', '10.9.9.2'],
    ['is written again', 'echo nameserver 127.0.0.3 > /etc/resolv.conf', '10.9.9.3'],
    ['is replaced by another file', 'echo nameserver 127.0.0.2 > /etc/new; mv /etc/new /etc/resolv.conf', '10.9.9.2'],
    ['has IPv6 name servers only', 'echo nameserver ::1 > /etc/other; ln -sf other /etc/resolv.conf', '10.9.9.6'],
    [
      'begins with a name server that does not answer',
      'printf "# by hand\\nnameserver 127.0.0.9\\nnameserver 127.0.0.3" > /etc/other',
      '10.9.9.3',
    ],
    ['has a line that names no address', 'printf "nameserver here\\nnameserver 127.0.0.2\\n" > /etc/other', '10.9.9.2'],
    ['was written on Windows', 'printf "nameserver 127.0.0.3\\r\\n" > /etc/other', '10.9.9.3'],
    [
      'has addresses that are cut off or too large',
      'printf "nameserver 127.0.0\\nnameserver 300.0.0.1\\nnameserver 127.0.0.2\\n" > /etc/other',
      '10.9.9.2',
    ],
    ['is bound over', 'echo nameserver ::1 > /etc/third; mount --bind /etc/third /etc/resolv.conf', '10.9.9.6'],
  ])('answers when the resolver file of the host %s', async (_, change, answer) => {
    await sh(change);
    const look = ['busybox', 'nslookup', '-type=a', 'intranet.test', `${address}:${port}`] as const;
    const ask = () => exec(inside(...look) as [string, ...string[]]).catch(() => '');
    await expect.poll(ask, { timeout: 20_000, interval: 200 }).toMatch(`Name:\tintranet.test\nAddress: ${answer}\n`);
  });

  test('ends with its name server', async () => {
    const resolver = children.at(-1);
    const ended = new Promise((resolve) => resolver?.once('exit', resolve));
    resolver?.kill();
    await ended;
    await expect(sh(`! ss -lun | grep -F ${address}:${port}`)).resolves.toBe('');
  });
});
