// Resolver files of hosts as distributions write them, in a folder instead of the root.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasLoopbackResolver, hostNameServers, isLoopback, nameServersIn } from '../../../tasks/coredns/upstreams.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fs-resolver-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const stub = 'nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n';

test('systemd-resolved keeps the servers it asks beside its stub', async () => {
  write('etc/resolv.conf', stub);
  write('run/systemd/resolve/resolv.conf', 'nameserver 192.0.2.1\nnameserver 2001:db8::1\nsearch example.org\n');
  expect(await hasLoopbackResolver(root)).toBe(true);
  expect(await hostNameServers(root)).toEqual([
    { file: '/run/systemd/resolve/resolv.conf', servers: ['192.0.2.1', '2001:db8::1'], hasLoopback: false },
  ]);
});

test('the best file comes first, and one that names the host too is marked', async () => {
  write('run/NetworkManager/no-stub-resolv.conf', 'nameserver 192.0.2.2\n');
  write('run/dnsmasq/resolv.conf', 'nameserver 192.0.2.3\n');
  write('etc/resolv.conf', 'nameserver 127.0.0.1\nnameserver 192.0.2.4\n');
  expect(await hostNameServers(root)).toEqual([
    { file: '/run/NetworkManager/no-stub-resolv.conf', servers: ['192.0.2.2'], hasLoopback: false },
    { file: '/run/dnsmasq/resolv.conf', servers: ['192.0.2.3'], hasLoopback: false },
    { file: '/etc/resolv.conf', servers: ['192.0.2.4'], hasLoopback: true },
  ]);
  expect(await hasLoopbackResolver(root)).toBe(true);
});

test('a plain host has its servers in the usual place', async () => {
  write('etc/resolv.conf', '# made by hand\n; nameserver 127.0.0.1\nnameserver\t192.0.2.5  # first\n');
  expect(await hasLoopbackResolver(root)).toBe(false);
  expect(await hostNameServers(root)).toEqual([
    { file: '/etc/resolv.conf', servers: ['192.0.2.5'], hasLoopback: false },
  ]);
});

test.each([
  ['nameserver dns.example.org\nnameserver ${DNS}\nnameserver 10.0.0.300', []],
  ['nameserver 192.0.2.1#53\r\nnameserver 192.0.2.2;second\r\n', ['192.0.2.1', '192.0.2.2']],
  ['nameserver fe80::1%eth0\nnameserver 2001:DB8::1', ['fe80::1', '2001:DB8::1']],
])('of %j only addresses count', (text, servers) => expect(nameServersIn(text)).toEqual(servers));

test('an address of this machine counts in its long form, too', () =>
  expect(['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:0', '0:0:0:0:0:0:1:1'].map(isLoopback)).toEqual([true, true, false]));

describe('a host without real servers', () => {
  test.each([
    ['only the stub', stub],
    ['no server at all, which means 127.0.0.1', 'search example.org\n'],
    ['only a link-local router', 'nameserver fe80::1%eth0\nnameserver 127.0.0.1\n'],
  ])('%s', async (_, text) => {
    write('etc/resolv.conf', text);
    expect(await hasLoopbackResolver(root)).toBe(true);
    expect(await hostNameServers(root)).toEqual([]);
  });

  test('no file at all', async () => {
    expect(await hasLoopbackResolver(root)).toBe(true);
    expect(await hostNameServers(root)).toEqual([]);
  });
});

test('addresses are read as the resolver reads them', () =>
  expect(
    nameServersIn('nameserver 192.0.2.1\r\n  nameserver ::1\n#nameserver 192.0.2.9\nnameservers 192.0.2.8\n'),
  ).toEqual(['192.0.2.1', '::1']));

test.each(['127.0.0.1', '127.0.0.53', '0.0.0.0', '0', '::1', '::', '::ffff:127.0.0.1'])('%s is loopback', (address) =>
  expect(isLoopback(address)).toBe(true),
);
test.each(['192.0.2.127', '12.7.0.0', '10.0.0.0', '2001:db8::1', '::2', 'fd00::'])('%s is not', (address) =>
  expect(isLoopback(address)).toBe(false),
);
