// What doctor finds on a machine that is really broken: a taken port, a silent name server, a dead proxy.
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createAuthority } from '../../../tasks/core/certificates.ts';
import { createExec } from '../../../tasks/core/exec.ts';
import { cgroupVersion, fileLimitFinding } from '../../../tasks/host/kernel.ts';
import { namesFinding } from '../../../tasks/host/names.ts';
import { obstacleOf, portsFinding } from '../../../tasks/host/ports.ts';
import { sleepFinding } from '../../../tasks/host/sleep.ts';
import { authoritiesFinding, proxyFinding } from '../../../tasks/host/web.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-host-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const nobody = async () => '';

describe('ports', () => {
  const listen = () =>
    new Promise<number>((resolve) => {
      const server = createTcpServer().listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      onTestFinished(() => void server.close());
    });

  test('a port of another program is named, with the command that finds the program', async () => {
    const port = await listen();
    expect(await portsFinding([port], '127.0.0.1')).toEqual({
      state: 'missing',
      seen: `port ${port} is used by another program`,
      more: [],
      remedies: [{ text: `stop the program that listens there: ss -ltnp 'sport = :${port}'` }],
    });
  });

  test('an address of another machine is named as such', async () =>
    expect(await portsFinding([8443], '192.0.2.7')).toEqual({
      state: 'missing',
      seen: 'port 8443 cannot be opened: 192.0.2.7 is not an address of this machine',
      more: [],
      remedies: [{ text: 'choose an address of this machine, or connect to the network of 192.0.2.7' }],
    }));

  test.each([
    ['EACCES', 'port 80 is open only to programs of root', 'choose a port above 1023'],
    ['ENETDOWN', 'port 80 cannot be opened: ENETDOWN', 'choose another port or address'],
  ])('%s has its own cure', (code, seen, cure) =>
    expect(obstacleOf(Object.assign(new Error(code), { code }), 80)).toEqual({ seen, cure }),
  );

  test('a released port is free', async () => {
    const server = createTcpServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
    );
    await new Promise((resolve) => server.close(resolve));
    expect(await portsFinding([port], '127.0.0.1')).toMatchObject({ state: 'ok' });
  });
});

describe('name servers', () => {
  /** Answers every question with "no such name", or never. */
  async function nameServer(answers: boolean): Promise<string> {
    const socket: Socket = createSocket('udp4');
    socket.on('message', (question, { port, address }) => {
      if (!answers) return;
      const answer = Buffer.from(question);
      answer.writeUInt16BE(0x81_83, 2);
      socket.send(answer, port, address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    onTestFinished(() => void socket.close());
    return `127.0.0.1:${socket.address().port}`;
  }

  test('a server that answers is fine', async () => {
    expect(await namesFinding([await nameServer(true)], false)).toMatchObject({ state: 'ok' });
  });

  test('a silent server is a finding, unless a proxy looks up names', async () => {
    const silent = await nameServer(false);
    expect(await namesFinding([silent], false)).toMatchObject({
      state: 'missing',
      seen: `${silent} does not answer for example.com`,
    });
    expect(await namesFinding([silent], true)).toMatchObject({ state: 'not available' });
  });

  test('one silent server among others makes every look-up wait', async () => {
    const found = await namesFinding([await nameServer(false), await nameServer(true)], false);
    expect(found).toMatchObject({ state: 'partial', seen: expect.stringContaining('each look-up waits') });
  });

  test('no server at all is a finding', async () => {
    expect(await namesFinding([], false)).toMatchObject({ state: 'missing' });
  });
});

describe('limits of the kernel', () => {
  test.skipIf(process.platform !== 'linux')('a shell that allows few open files is a finding', () => {
    const { stdout } = spawnSync('bash', ['-c', 'ulimit -n 512; cat /proc/self/limits'], { encoding: 'utf8' });
    expect(fileLimitFinding(stdout)).toMatchObject({
      state: 'partial',
      seen: 'this shell allows 512 open files, 4096 needed',
    });
    expect(fileLimitFinding(readFileSync('/proc/self/limits', 'utf8'))).toMatchObject({ state: 'ok' });
  });

  test.each([
    ['cgroup2 /sys/fs/cgroup cgroup2 rw 0 0', 'control groups v2'],
    ['cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0', 'control groups v1'],
    ['proc /proc proc rw 0 0', 'no control groups'],
  ])('%s is %s', (mounts, version) => expect(cgroupVersion(mounts)).toBe(version));
});

describe('the proxy', () => {
  const proxy = async (): Promise<{ server: Server; address: string }> => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
    );
    return { server, address: `http://me:canary-password@127.0.0.1:${port}` };
  };

  test('a stopped proxy is a finding without its password, and a running proxy is fine', async () => {
    const { server, address } = await proxy();
    const env = { HTTPS_PROXY: address };
    const fine = await proxyFinding(env);
    expect(fine.state).toBe('ok');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const found = await proxyFinding(env);
    expect(found).toMatchObject({ state: 'missing', seen: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify([fine, found])).not.toContain('canary');
  });

  test('a variable that is no address is named', async () => {
    expect(await proxyFinding({ https_proxy: 'http://[::' })).toMatchObject({
      state: 'missing',
      seen: '$https_proxy is not an address',
    });
  });

  test('none is fine', async () => expect(await proxyFinding({})).toMatchObject({ state: 'ok', seen: 'none' }));
});

describe('certificate authorities', () => {
  test('a missing file, or one without certificates, is named with its variable', () => {
    const lost = join(folder, 'lost.pem');
    const empty = file('empty.pem', 'no certificate\n');
    expect(authoritiesFinding({ SSL_CERT_FILE: lost, PIP_CERT: empty })).toMatchObject({
      state: 'missing',
      seen: `$SSL_CERT_FILE: ${lost}: no such file`,
      more: [`$PIP_CERT: ${empty}: no certificate in PEM`],
    });
  });

  test('an expired authority is a finding, and was none before', async () => {
    const path = file('own.pem', (await createAuthority('own', { days: 10 })).certificatePem);
    const day = 86_400_000;
    expect(authoritiesFinding({ NODE_EXTRA_CA_CERTS: path })).toMatchObject({ state: 'ok' });
    expect(authoritiesFinding({ NODE_EXTRA_CA_CERTS: path }, new Date(Date.now() + 11 * day))).toMatchObject({
      state: 'missing',
      seen: expect.stringContaining('its certificate expired on'),
    });
  });
});

describe.skipIf(process.platform !== 'linux')('sleep', () => {
  const laptop = () => {
    file('laptop/sys/class/power_supply/BAT0/type', 'Battery\n');
    file('laptop/sys/class/power_supply/hidpp_battery_0/type', 'Battery\n');
    return join(folder, 'laptop');
  };

  test('a laptop that can sleep is a finding, and one that cannot is fine', async () => {
    expect(await sleepFinding(nobody, laptop())).toMatchObject({ state: 'partial' });
    expect(await sleepFinding(async () => 'masked\nmasked\n', laptop())).toMatchObject({ state: 'ok' });
  });

  test('a machine whose only battery is that of its mouse stays awake', async () => {
    file('tower/sys/class/power_supply/hidpp_battery_0/type', 'Battery\n');
    file('tower/sys/class/power_supply/hidpp_battery_0/scope', 'Device\n');
    expect(await sleepFinding(nobody, join(folder, 'tower'))).toMatchObject({ state: 'ok' });
  });

  test('the check looks for a battery on this machine', async () => {
    const read = createExec(new AbortController().signal);
    expect(['ok', 'partial']).toContain((await sleepFinding(read)).state);
  });
});
